/* The map editor: the station's marker is dragged, or put where the phone stands; the server says what the move would be. */
/* global L, map_desk */
"use strict";

(() => {
  const { make } = jieli;
  const byId = (id) => document.getElementById(id);
  const area = byId("move");
  const { datum, declared, preview } = area.dataset;
  const numbers = (text) => text.split(",").map(Number);
  const latLng = ([x, y]) => L.latLng(y, x);
  const origin = latLng(numbers(area.dataset.origin));
  const map = map_desk;
  const inputs = { lon: byId("id_lon"), lat: byId("id_lat"), datum: byId("id_datum"), accuracy: byId("id_accuracy_m") };
  let good = { place: null, at: origin }; // where the marker stood last, allowed by the server
  let asked = 0;

  /* --- on the map --- */

  const pin = (name) => L.divIcon({ className: name, iconSize: [44, 44], iconAnchor: [22, 40], html: make("span", {}) });
  const line = L.polyline([origin, origin], { className: "move-line", interactive: false }).addTo(map);
  const ring = L.circle(origin, { radius: Number(area.dataset.limit), className: "move-ring", interactive: false }).addTo(map);
  L.marker(origin, { icon: pin("place-pin before"), interactive: false, keyboard: false }).addTo(map);
  const range = L.circle(origin, { radius: 1, className: "me-range", interactive: false });
  const marker = L.marker(origin, { icon: pin("place-pin"), draggable: true, autoPan: true, keyboard: false, zIndexOffset: 1000,
    title: gettext("The station") }).addTo(map);

  const metres = (at) => jieli.metres([origin.lng, origin.lat], [at.lng, at.lat]);

  const stand = (at) => {
    marker.setLatLng(at);
    line.setLatLngs([origin, at]);
  };

  const see = (at) => {
    if (!map.getBounds().pad(-0.1).contains(at)) map.fitBounds(L.latLngBounds([origin, at]).pad(0.3), { maxZoom: 17, animate: false });
  };

  /* --- in words --- */

  const say = (text, fault) => {
    byId("moved").textContent = text;
    byId("moved").classList.toggle("fault", Boolean(fault));
  };

  const describe = (move) => {
    const accuracy = Number(inputs.accuracy.value || 0);
    if (move.metres < 0.5) return say(gettext("The station stays where it is. Drag the marker to move it."));
    const sentences = [interpolate(gettext("Moved %(metres)s m, in %(district)s."), { metres: Math.round(move.metres), district: move.district }, true)];
    if (accuracy > 0) sentences.push(interpolate(gettext("Your phone knows its place to %s m."), [Math.round(accuracy)]));
    if (accuracy > Number(area.dataset.accurate)) sentences.push(gettext("That is not exact: wait a moment in the open and tap again, or drag the marker."));
    if (move.doubts.includes("other_district")) sentences.push(gettext("This is another district."));
    if (move.doubts.length > 0) sentences.push(gettext("You will be asked to confirm it."));
    return say(sentences.join(" "), false);
  };

  /* --- the form's fields --- */

  const place = () => [inputs.lon.value, inputs.lat.value, inputs.datum.value].join(" ");

  const write = (lon, lat, inDatum, accuracy) => {
    inputs.lon.value = lon;
    inputs.lat.value = lat;
    inputs.datum.value = inDatum;
    inputs.accuracy.value = accuracy;
    if (byId("confirm")) byId("confirm").remove(); // it was asked of another place
  };

  const [declaredLon, declaredLat, declaredDatum] = declared.split(" ");

  const putBack = () => {
    write(declaredLon, declaredLat, declaredDatum, "");
    range.remove();
    stand(origin);
    map.setView(origin, 17, { animate: false });
    good = { place: place(), at: origin };
    asked += 1;
    byId("put-back").disabled = true;
    describe({ metres: 0 });
  };

  /** Ask the server what the move would be. A place that is refused: `refused` says what becomes of the marker. */
  const look = async (refused) => {
    asked += 1;
    const mine = asked;
    const query = new URLSearchParams({ lon: inputs.lon.value, lat: inputs.lat.value, datum: inputs.datum.value, show: datum });
    let answer;
    try {
      const response = await fetch(`${preview}?${query}`, { headers: { Accept: "application/json" } });
      if (response.redirected) throw new Error("signed out");
      answer = await response.json();
    } catch (away) {
      if (mine === asked) say(gettext("No connection just now: the place is checked when you save."), false);
      return;
    }
    if (mine !== asked) return;
    if (answer.error) {
      refused();
      say(answer.error, true);
      return;
    }
    const at = latLng(answer.at);
    good = { place: place(), at, fields: [inputs.lon.value, inputs.lat.value, inputs.datum.value, inputs.accuracy.value] };
    stand(at);
    see(at);
    if (inputs.accuracy.value) range.setLatLng(at).setRadius(Number(inputs.accuracy.value)).addTo(map);
    else range.remove();
    byId("put-back").disabled = false;
    describe(answer);
  };

  const toTheLastGood = () => {
    write(...(good.fields || [declaredLon, declaredLat, declaredDatum, ""]));
    stand(good.at);
  };

  /* --- what the manager does --- */

  marker.on("drag", () => {
    const at = marker.getLatLng();
    line.setLatLngs([origin, at]);
    say(interpolate(gettext("Moved %s m"), [Math.round(metres(at))]));
  });
  marker.on("dragend", () => {
    const at = marker.getLatLng();
    write(at.lng.toFixed(7), at.lat.toFixed(7), datum, "");
    look(toTheLastGood);
  });

  const standing = ({ coords }) => {
    byId("door").disabled = false;
    write(coords.longitude.toFixed(7), coords.latitude.toFixed(7), "wgs84", String(Math.round(coords.accuracy)));
    look(toTheLastGood);
  };

  const lost = (failure) => {
    byId("door").disabled = false;
    say(failure.code === 1
      ? gettext("The position is not allowed. Allow it in the settings of the browser or of WeChat and try again, or drag the marker.")
      : gettext("The position cannot be found just now. Try again in the open, or drag the marker."), true);
  };

  byId("door").addEventListener("click", () => {
    if (!window.isSecureContext || !navigator.geolocation) {
      say(gettext("This browser tells no position here. Drag the marker instead."), true);
      return;
    }
    byId("door").disabled = true;
    say(gettext("Looking for your position…"));
    navigator.geolocation.getCurrentPosition(standing, lost, { enableHighAccuracy: true, timeout: 15000, maximumAge: 0 });
  });
  byId("put-back").addEventListener("click", putBack);
  ["lon", "lat", "datum"].forEach((name) => inputs[name].addEventListener("change", () => {
    inputs.accuracy.value = "";
    if (byId("confirm")) byId("confirm").remove();
    look(() => {}); // what was typed stays
  }));
  map.on("zoomend", () => ring.setStyle({ opacity: map.getZoom() >= 14 ? 1 : 0 }));

  document.querySelectorAll(".by-script").forEach((part) => { part.hidden = false; });
  map.setView(origin, 17, { animate: false });
  if (place() === declared) describe({ metres: 0 });
  else look(() => {});
  document.body.dataset.ready = "yes";
})();

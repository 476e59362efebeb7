/* A new station's place: a tap on the map writes its degrees into the form, in the base map's datum. */
/* global L, map_desk */
"use strict";

(() => {
  const area = document.getElementById("place");
  if (!area) return;
  const { datum, origin } = area.dataset;
  const input = (name) => document.getElementById(`id_${name}`);
  const map = map_desk;
  const icon = L.divIcon({ className: "place-pin", iconSize: [44, 44], iconAnchor: [22, 40], html: document.createElement("span") });
  let marker = null;

  const stand = (at) => {
    if (marker) return marker.setLatLng(at);
    marker = L.marker(at, { icon, draggable: true, autoPan: true, keyboard: false, title: gettext("The station") }).addTo(map);
    marker.on("dragend", () => write(marker.getLatLng()));
    return marker;
  };

  const write = (at) => {
    input("lon").value = at.lng.toFixed(6);
    input("lat").value = at.lat.toFixed(6);
    input("datum").value = datum;
  };

  /* What is typed shows on the map where it is in the map's own datum; other datums are converted by the server only. */
  const typed = () => {
    const [lon, lat] = [Number(input("lon").value), Number(input("lat").value)];
    const known = input("lon").value && input("lat").value && Math.abs(lon) <= 180 && Math.abs(lat) <= 90;
    return known && input("datum").value === datum ? L.latLng(lat, lon) : null;
  };

  const show = () => {
    const at = typed();
    if (at) {
      stand(at);
      map.setView(at, Math.max(map.getZoom(), 15), { animate: false });
    } else if (marker) {
      marker.remove();
      marker = null;
    }
  };

  map.on("click", (event) => {
    stand(event.latlng);
    write(event.latlng);
  });
  for (const name of ["lon", "lat", "datum"]) input(name).addEventListener("change", show);
  for (const hint of document.querySelectorAll(".by-script")) hint.hidden = false;
  const at = typed() || (origin ? L.latLng(origin.split(",").map(Number).reverse()) : null);
  if (at) {
    stand(at);
    map.setView(at, 16, { animate: false });
  }
})();

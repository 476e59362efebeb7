/* A move to decide on: where the station stood, where it stands, and the way between. */
/* global L, map_desk */
"use strict";

(() => {
  const area = document.getElementById("was-moved");
  if (!area) return;
  const latLng = (text) => {
    const [x, y] = text.split(",").map(Number);
    return L.latLng(y, x);
  };
  const [from, to] = [latLng(area.dataset.from), latLng(area.dataset.to)];
  const pin = (name) => L.divIcon({ className: name, iconSize: [44, 44], iconAnchor: [22, 40], html: jieli.make("span", {}) });
  L.polyline([from, to], { className: "move-line", interactive: false }).addTo(map_desk);
  L.marker(from, { icon: pin("place-pin before"), title: gettext("Before"), keyboard: false }).addTo(map_desk);
  L.marker(to, { icon: pin("place-pin"), title: gettext("After"), keyboard: false }).addTo(map_desk);
  map_desk.fitBounds(L.latLngBounds([from, to]).pad(0.4), { maxZoom: 17, animate: false });
})();

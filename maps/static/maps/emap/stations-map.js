/* The stations on folium's map: one marker each in folium's cluster group, the selected one, and the reader's own place. */
/* global L, map_emap, marker_cluster_emap */
"use strict";

jieli.map = (() => {
  const { make } = jieli;
  const map = map_emap;
  const group = marker_cluster_emap;
  const NEAR_ZOOM = 16; // from here on the group shows single markers
  const markers = new Map();
  let mine = null;
  let bubble = null;

  const pin = (state, selected) => L.divIcon({
    className: `pin ${state}${selected ? " selected" : ""}`,
    iconSize: [40, 40],
    html: make("span", {}),
  });

  group.options.iconCreateFunction = (cluster) => {
    const inside = cluster.getAllChildMarkers();
    const open = inside.filter((marker) => marker.state === "open").length;
    const disc = make("div", {}, make("span", {}, String(inside.length)));
    disc.style.setProperty("--open", `${Math.round((100 * open) / inside.length)}%`);
    const size = inside.length < 10 ? 40 : inside.length < 100 ? 46 : 54;
    return L.divIcon({ html: disc, className: "cluster", iconSize: [size, size] });
  };

  const latLng = (station) => L.latLng(station.at[1], station.at[0]);

  /** Make the markers of all stations; `onpick(station)` when one is tapped. */
  const load = (stations, onpick) => {
    group.clearLayers();
    markers.clear();
    stations.forEach((station) => {
      const marker = L.marker(latLng(station), { icon: pin("unknown", false), title: station.name });
      marker.state = "unknown";
      marker.on("click", () => onpick(station));
      markers.set(station.id, marker);
    });
  };

  const setState = (station, state) => {
    const marker = markers.get(station.id);
    if (marker.state === state) return;
    marker.state = state;
    marker.setIcon(pin(state, false));
  };

  const show = (stations) => {
    group.clearLayers();
    group.addLayers(stations.map((station) => markers.get(station.id)));
  };

  const fit = (stations, maxZoom) => {
    if (stations.length === 0) return;
    map.fitBounds(L.latLngBounds(stations.map(latLng)), { padding: [32, 32], maxZoom: maxZoom || 15, animate: false });
  };

  /** Where the map starts: the middle 90 % of the stations in either direction, since islands would make the city small. */
  const start = (stations) => {
    const middle = (values) => {
      values.sort((a, b) => a - b);
      return [0.05, 0.95].map((share) => values[Math.round(share * (values.length - 1))]);
    };
    if (stations.length === 0) return;
    const [west, east] = middle(stations.map((station) => station.at[0]));
    const [south, north] = middle(stations.map((station) => station.at[1]));
    map.fitBounds([[south, west], [north, east]], { padding: [16, 16], maxZoom: 15, animate: false });
  };

  /** Mark one station by a bubble with its name, and bring it into view; null takes the bubble away. */
  const select = (station, words) => {
    if (bubble) { bubble.remove(); bubble = null; }
    if (!station) return;
    const at = latLng(station);
    map.setView(at, Math.max(map.getZoom(), NEAR_ZOOM), { animate: false });
    bubble = L.popup({ closeButton: false, autoPan: false, autoClose: false, closeOnClick: false, offset: [0, -8], className: "bubble" })
      .setLatLng(at)
      .setContent(make("div", {}, make("strong", {}, station.name), make("span", {}, words)))
      .openOn(map);
  };

  /* The browser's position is WGS-84; the base map may not be. The shift between the two changes by about a metre in a
     kilometre, so the nearest station's own shift moves the dot rightly, and no conversion is written a second time. */
  const showMe = (me, nearest, accuracy) => {
    const at = L.latLng(me[1] + nearest.at[1] - nearest.wgs84[1], me[0] + nearest.at[0] - nearest.wgs84[0]);
    if (mine) mine.remove();
    mine = L.layerGroup([
      ...[500, 1000].map((radius) => L.circle(at, { radius, className: "walk-ring", interactive: false })),
      ...[500, 1000].map((radius) => L.marker([at.lat + radius / 111195, at.lng], {
        icon: L.divIcon({ className: "walk-ring-name", html: make("span", {}, jieli.distanceWords(radius)), iconSize: [0, 0] }),
        interactive: false, keyboard: false,
      })),
      L.circle(at, { radius: Math.min(accuracy, 2000), className: "me-range", interactive: false }),
      L.marker(at, { icon: L.divIcon({ className: "me", iconSize: [22, 22] }), interactive: false, keyboard: false, zIndexOffset: 1000 }),
    ]).addTo(map);
    return at;
  };

  const frame = (at, stations) => {
    const bounds = L.latLngBounds([at]);
    stations.forEach((station) => bounds.extend(latLng(station)));
    map.fitBounds(bounds, { padding: [40, 40], maxZoom: NEAR_ZOOM, animate: false });
  };

  const nameDistricts = (districts) => {
    if (typeof geo_json_emap === "undefined") return; // a base map of tiles has its own names
    const names = L.layerGroup(Object.values(districts).map((district) => L.marker([district.at[1], district.at[0]], {
      icon: L.divIcon({ className: "district-name", html: make("span", {}, jieli.named(district)), iconSize: [0, 0] }),
      interactive: false, keyboard: false, zIndexOffset: -1000,
    })));
    const wanted = () => (map.getZoom() >= 10 && map.getZoom() <= 14 ? names.addTo(map) : names.remove());
    map.on("zoomend", wanted);
    wanted();
  };

  /** The map's place on the page has changed; `pan` keeps its middle in the middle. */
  const resize = (pan) => map.invalidateSize({ pan: Boolean(pan), animate: false });

  return { load, setState, show, fit, start, select, showMe, frame, nameDistricts, resize };
})();

/* The cells of the heat map: one polygon each, whose look changes with the hour. */
"use strict";

planner.heatCells = (group, choose) => {
  const { make, looks } = planner;
  let answer = null;
  let polygons = [];
  let hour = 0;
  let isVisible = true;

  function tile(cell, at) {
    const index = answer.of[cell][at];
    return index < 0 ? index : answer.tiles[cell][index];
  }

  function facts(cell) {
    const stations = interpolate(ngettext("%(n)s station", "%(n)s stations", answer.stations[cell]), { n: answer.stations[cell] }, true);
    const told = answer.told[cell] > 0
      ? interpolate(gettext("at least %(n)s check-ins in the quarter, all workers"), { n: planner.number(answer.told[cell]) }, true)
      : null;
    return [stations, ...looks.words(tile(cell, hour), hour), told].filter((line) => line !== null);
  }

  function style(cell) {
    return isVisible ? looks.style(tile(cell, hour), answer.breaks) : { fillOpacity: 0, weight: 0 };
  }

  group.bindTooltip((layer) => make("div", {}, ...facts(layer.cell).map((line) => make("div", {}, line))), { sticky: true, className: "facts-tip" });

  return {
    tile,

    /** Another resolution or occupation: other polygons. */
    load(given) {
      answer = given;
      group.clearLayers();
      polygons = given.rings.map((ring, cell) => {
        const polygon = L.polygon(planner.corners(ring, given.scale), { className: "heat-cell" });
        polygon.cell = cell;
        polygon.on("click", () => choose(cell));
        return polygon;
      });
      polygons.forEach((polygon) => group.addLayer(polygon));
    },

    show(at, visible) {
      hour = at;
      isVisible = visible;
      polygons.forEach((polygon, cell) => polygon.setStyle(style(cell)));
    },
  };
};

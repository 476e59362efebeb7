/* The smooth surface: kernel sum of check-ins over kernel sum of open hours at the points of a grid, drawn on a canvas of its own. */
"use strict";

/** Rates at the grid's points for an hour of the week: a number, "hidden", or null where nobody is known to be open. `tileOf(cell)` is
    [rate, span] of a cell of resolution 9. The same sums as `analysis.heat.Surface.rates`. */
planner.surfaceRates = (grid, tileOf, hour) => {
  const tiles = grid.cells.map((cell, station) => (grid.patterns[grid.hours[station]][hour] === "o" ? tileOf(cell) : null));
  let next = 0;
  return grid.reaching.map((count) => {
    let counts = 0;
    let openHours = 0;
    let isTold = false;
    for (const end = next + count; next < end; next += 1) {
      const tile = tiles[grid.station[next]];
      if (tile && typeof tile !== "number" && tile[0] !== null) {
        counts += grid.weight[next] * tile[0];
        openHours += grid.weight[next];
        isTold ||= tile[1] !== planner.looks.HIDDEN;
      }
    }
    if (!openHours) return null;
    return isTold ? counts / openHours : "hidden";
  });
};

planner.heatSurface = (map) => {
  const { looks } = planner;
  const pane = map.createPane("surface"); // above the ground's shapes; the cells below it still have their tooltips
  pane.style.zIndex = 450;
  pane.style.pointerEvents = "none";
  const canvas = L.DomUtil.create("canvas", "heat-surface", pane);
  let drawn = null;

  function hatch(context, ground, line) {
    const tile = document.createElement("canvas");
    tile.width = tile.height = 6;
    const brush = tile.getContext("2d");
    brush.fillStyle = ground;
    brush.fillRect(0, 0, 6, 6);
    brush.strokeStyle = line;
    brush.lineWidth = 1.6;
    brush.beginPath();
    [-6, 0, 6].forEach((shift) => { brush.moveTo(shift, 0); brush.lineTo(shift + 6, 6); });
    brush.stroke();
    return context.createPattern(tile, "repeat");
  }

  function redraw() {
    const size = map.getSize();
    canvas.width = size.x;
    canvas.height = size.y;
    L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint([0, 0]));
    canvas.hidden = !drawn;
    if (!drawn) return;
    const context = canvas.getContext("2d");
    const hidden = hatch(context, "#fff3e2", "#d9822b");
    const { places, rates, breaks, stepM } = drawn;
    const here = map.getCenter();
    const metres = map.distance(here, map.containerPointToLatLng(map.latLngToContainerPoint(here).add([100, 0]))) / 100;
    const side = Math.max(2, stepM / metres) + 0.7;
    const colours = planner.spread(looks.colours, breaks);
    const corner = map.getPixelBounds().min;
    rates.forEach((rate, index) => {
      const at = map.project(places[index])._subtract(corner); // not rounded to pixels, which would leave seams
      if (at.x < -side || at.y < -side || at.x > size.x + side || at.y > size.y + side) return;
      if (rate === "hidden") context.fillStyle = hidden;
      else if (rate === null) context.fillStyle = looks.closed;
      else context.fillStyle = rate > 0 ? colours[planner.classOf(rate, breaks)] : looks.zero;
      context.fillRect(at.x - side / 2, at.y - side / 2, side, side);
    });
  }

  map.on("moveend resize", redraw);
  map.on("zoomstart", () => { canvas.hidden = true; });

  return {
    /** Null hides it. */
    show(given) {
      drawn = given;
      redraw();
    },
  };
};

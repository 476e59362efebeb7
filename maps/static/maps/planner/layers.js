/* The gap and the use of stations on the map. folium made the map and three empty groups; here they are filled. */
"use strict";

planner.layers = (map, groups, shapes) => {
  const make = planner.make;
  const gapColours = ["#fde3a7", "#fdb863", "#ef7b45", "#cf3f32", "#8a1525"];
  const { usageColours } = planner;
  const covered = "#2b8c7e";
  const unknown = "#c7b45a";
  const levels = shapes.levels.map((level) => ({ ...level, kept: [] }));
  const usage = { rings: shapes.usage_cells, kept: [] };
  const noStation = { rings: shapes.no_station_cells, kept: [] };
  let last = null;

  /** The polygon of a cell, made when it is first needed. */
  function polygon(kind, position) {
    kind.kept[position] ||= L.polygon(corners(kind.rings[position], shapes.scale), { weight: 0.4, color: "#ffffff", opacity: 0.6 });
    return kind.kept[position];
  }

  /** Small cells are drawn only where they can be seen, sums over larger ones before. One hour has few workers: it takes
      larger cells than the week, or the city would be confetti. */
  function level() {
    const finest = Math.max(7, Math.floor(map.getZoom()) - (last.answer.hour === null ? 3 : 4));
    return levels.filter((one) => one.resolution <= finest).at(-1) || levels[0];
  }

  /** Rows of the run's cells, added up to the cells of a level. */
  function addedUp(rows, one) {
    if (!one.of) return rows;
    const sums = new Map();
    rows.forEach((row) => {
      const cell = one.of[row[0]];
      const sum = sums.get(cell) || [cell, 0, 0, 0, 0, 0];
      for (let index = 1; index <= 5; index += 1) sum[index] += row[index];
      sums.set(cell, sum);
    });
    return [...sums.values()];
  }

  const { spread, colourOf, corners } = planner;

  function gapStyle(row, breaks) {
    const gap = row[4] + row[5];
    if (gap > 0) return { fillColor: colourOf(gap, gapColours, breaks), fillOpacity: 0.85 };
    if (row[3] > 0) return { fillColor: unknown, fillOpacity: 0.65 };
    return { fillColor: covered, fillOpacity: 0.55 };
  }

  function gapFacts(row) {
    const lines = [interpolate(gettext("%(n)s worker-hours"), { n: planner.number(row[1], 2) }, true)];
    planner.parts.forEach((part, index) => {
      if (row[index + 2] > 0) lines.push(`${part.label}: ${planner.number(row[index + 2], 2)}`);
    });
    if (row.length < 8) return lines;
    const open = row[7] === null ? gettext("none open") : planner.metres(row[7]);
    lines.push(interpolate(gettext("Nearest station: %(m)s"), { m: planner.metres(row[6]) }, true));
    lines.push(interpolate(gettext("Nearest open station: %(m)s"), { m: open }, true));
    return lines;
  }

  function usageStyle(row, breaks) {
    if (row[4] === null) {
      const dashes = { weight: 1.2, dashArray: "4 3", fillColor: "#ffffff", fillOpacity: 0.35 };
      return { ...dashes, color: row[2] === -1 ? "#9a8424" : "#5f6964" };
    }
    const colour = row[4] > 0 ? colourOf(row[4], usageColours, breaks) : "#f4f6f8";
    return { weight: 0.6, dashArray: null, color: "#54708f", fillColor: colour, fillOpacity: 0.85 };
  }

  function usageFacts(row) {
    const stations = interpolate(ngettext("%(n)s station", "%(n)s stations", row[1]), { n: row[1] }, true);
    if (row[4] === null) {
      return [stations, row[2] === -1 ? gettext("Hours unknown: no rate") : gettext("Closed at this hour: no data")];
    }
    return [
      stations,
      interpolate(gettext("%(rate)s check-ins per open station-hour"), { rate: planner.number(row[4], 2) }, true),
      interpolate(gettext("%(n)s check-ins in all weeks"), { n: row[3] }, true),
    ];
  }

  function fill(group, kind, rows, style, facts) {
    const view = map.getBounds().pad(0.15);
    const west = view.getWest() * shapes.scale;
    const east = view.getEast() * shapes.scale;
    const south = view.getSouth() * shapes.scale;
    const north = view.getNorth() * shapes.scale;
    rows.forEach((row) => {
      const [x, y] = kind.rings[row[0]];
      if (x < west || x > east || y < south || y > north) return;
      const cell = polygon(kind, row[0]);
      cell.setStyle(style(row));
      cell.facts = () => facts(row);
      group.addLayer(cell);
    });
  }

  /** Text nodes only: a station's name is what a manager typed. */
  function tooltip(layer) {
    return make("div", {}, ...layer.facts().map((line) => make("div", {}, line)));
  }

  const stations = shapes.stations.map(([x, y, name, hours]) => {
    const dot = L.circleMarker([y / shapes.scale, x / shapes.scale], { radius: 3 });
    dot.name = name;
    dot.hours = hours;
    return dot;
  });
  Object.values(groups).forEach((group) => group.bindTooltip(tooltip, { sticky: true, className: "facts-tip" }));

  const stateOf = { o: gettext("open"), c: gettext("closed"), u: gettext("hours unknown") };

  function stationFacts(dot, hour) {
    if (hour !== null) return [dot.name, stateOf[dot.hours[hour]]];
    if (dot.hours[0] === "u") return [dot.name, stateOf.u];
    const open = [...dot.hours].filter((one) => one === "o").length;
    return [dot.name, interpolate(gettext("open %(n)s hours a week"), { n: open }, true)];
  }

  const dotColours = { o: "#17211c", c: "#ffffff", u: "#f1dc86" };
  const closeUp = () => map.getZoom() >= 13;

  /** Over the whole city the cells must be seen: there, small dots for open stations only, and none over their use. */
  function showStations(hour, layer) {
    groups.stations.clearLayers();
    const near = closeUp();
    if (!near && layer === "usage") return;
    const view = map.getBounds().pad(0.15);
    stations.forEach((dot) => {
      const state = hour === null ? "o" : dot.hours[hour];
      if ((!near && state !== "o") || !view.contains(dot.getLatLng())) return;
      dot.setRadius(near ? 4 : map.getZoom() < 12 ? 1.2 : 1.8);
      dot.setStyle({ fillColor: dotColours[state], fillOpacity: near ? 1 : 0.6, stroke: near, weight: 1.2, color: state === "c" ? "#6d7772" : "#17211c" });
      dot.facts = () => stationFacts(dot, hour);
      groups.stations.addLayer(dot);
    });
    groups.stations.bringToFront();
  }

  /** What the dots mean, as far as they are drawn. */
  function dotKeys(layer, hour) {
    if (!map.hasLayer(groups.stations) || (!closeUp() && layer === "usage")) return [];
    if (hour === null) return [key(dotColours.o, gettext("station"), "dot")];
    const open = key(dotColours.o, gettext("open station"), "dot");
    if (!closeUp()) return [open];
    return [open, key(dotColours.c, gettext("closed station"), "dot"), key(dotColours.u, gettext("station of unknown hours"), "dot")];
  }

  function key(colour, label, extra) {
    return make("li", {}, make("span", { class: `swatch ${extra || ""}`, style: `--colour: ${colour}` }), label);
  }

  const classes = (colours, breaks) => planner.classes(colours, breaks).map(([colour, words]) => key(colour, words));

  function legend(place, layer, hour) {
    const time = hour === null ? "week" : "hour";
    const limit = planner.number(planner.config.limit_m, 0);
    const title = layer === "gap"
      ? (hour === null ? gettext("Missed worker-hours a week") : gettext("Missed worker-hours in this hour"))
      : (hour === null ? gettext("Check-ins per open station-hour, whole week") : gettext("Check-ins per open station-hour, this hour"));
    const items = layer === "gap"
      ? [...classes(gapColours, level().breaks[time]),
         key(covered, interpolate(gettext("none missed: open station within %(m)s m"), { m: limit }, true)),
         key(unknown, gettext("only stations of unknown hours near"))]
      : [key("#f4f6f8", gettext("open, no check-in")),
         ...classes(usageColours, shapes.usage_breaks[time]),
         key("#ffffff", gettext("closed or hours unknown: no rate"), "dashed"),
         key("#8b8f94", gettext("workers, but no station: no data"), "hatched")];
    const size = level() === levels.at(-1)
      ? gettext("Cells of about %(area)s km²")
      : gettext("Cells of about %(area)s km²; zoom in for smaller ones");
    const about = layer === "gap"
      ? interpolate(size, { area: planner.number(level().area_km2, 2) }, true)
      : gettext("Check-ins of all occupations together");
    const hidden = layer === "gap" ? gettext("Zoom in for closed stations") : gettext("Zoom in for stations");
    const someHidden = map.hasLayer(groups.stations) && !closeUp() && (layer === "usage" || hour !== null);
    const opened = place.firstChild ? place.firstChild.open : window.innerWidth > 720;
    place.replaceChildren(make("details", { open: opened ? "" : null }, make("summary", {}, title), make("ul", {}, ...items, ...dotKeys(layer, hour)),
      make("p", { class: "soft" }, someHidden ? `${about} · ${hidden}` : about)));
  }

  function draw() {
    const { answer, layer } = last;
    const time = answer.hour === null ? "week" : "hour";
    groups.gap.clearLayers();
    groups.usage.clearLayers();
    if (layer === "gap") {
      const one = level();
      fill(groups.gap, one, addedUp(answer.cells, one), (row) => gapStyle(row, one.breaks[time]), gapFacts);
    } else {
      const dashes = map.getZoom() <= 10 ? { stroke: false } : { stroke: true, weight: 0.8, color: "#8b8f94", dashArray: "2 4" };
      const grey = () => ({ ...dashes, fillColor: "#8b8f94", fillOpacity: 0.16 });
      fill(groups.usage, noStation, noStation.rings.map((_, position) => [position]), grey, () => [gettext("No station here, so no data: use is unknown, not zero.")]);
      fill(groups.usage, usage, answer.usage, (row) => usageStyle(row, shapes.usage_breaks[time]), usageFacts);
    }
    showStations(answer.hour, layer);
  }

  const legendPlace = document.getElementById("legend");
  const redraw = () => {
    if (!last) return;
    draw();
    legend(legendPlace, last.layer, last.answer.hour);
  };
  map.on("moveend", redraw);

  return {
    show(answer, layer) {
      last = { answer, layer };
      redraw();
    },
    redraw,
  };
};

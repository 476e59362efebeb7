/* The gap and the use of stations on the map. folium made the map and three empty groups; here they are filled. */
"use strict";

planner.layers = (map, groups, shapes) => {
  const make = planner.make;
  const gapColours = ["#fde3a7", "#fdb863", "#ef7b45", "#cf3f32", "#8a1525"];
  const usageColours = ["#dbe7f5", "#a9c9e8", "#6a9fd4", "#3570b3", "#12407f"];
  const covered = "#2b8c7e";
  const unknown = "#c7b45a";
  const kept = { cells: [], usage_cells: [] };
  const noStation = shapes.no_station_cells.map((steps) =>
    L.polygon(corners(steps), { color: "#8b8f94", weight: 0.7, dashArray: "2 4", fill: true, fillColor: "#8b8f94", fillOpacity: 0.06 }));
  noStation.forEach((polygon) => { polygon.facts = [gettext("No station here, so no data: use is unknown, not zero.")]; });

  function corners(steps) {
    let x = 0;
    let y = 0;
    const ring = [];
    for (let index = 0; index < steps.length; index += 2) {
      x += steps[index];
      y += steps[index + 1];
      ring.push([y / shapes.scale, x / shapes.scale]);
    }
    return ring;
  }

  /** The polygon of a cell, made when it is first needed. */
  function polygon(kind, position) {
    kept[kind][position] ||= L.polygon(corners(shapes[kind][position]), { weight: 0.4, color: "#ffffff", opacity: 0.6 });
    return kept[kind][position];
  }

  const classOf = (value, breaks) => breaks.filter((limit) => value >= limit).length;

  function gapStyle(row, breaks) {
    const gap = row[4] + row[5];
    if (gap > 0) return { fillColor: gapColours[classOf(gap, breaks)], fillOpacity: 0.85 };
    if (row[3] > 0) return { fillColor: unknown, fillOpacity: 0.65 };
    return { fillColor: covered, fillOpacity: 0.55 };
  }

  function gapFacts(row) {
    const lines = [interpolate(gettext("%(n)s worker-hours"), { n: planner.number(row[1], 2) }, true)];
    planner.parts.forEach((part, index) => {
      if (row[index + 2] > 0) lines.push(`${part.label}: ${planner.number(row[index + 2], 2)}`);
    });
    lines.push(`${gettext("Nearest station")}: ${planner.metres(row[6])}`);
    lines.push(`${gettext("Nearest open station")}: ${row[7] === null ? gettext("none open") : planner.metres(row[7])}`);
    return lines;
  }

  function usageStyle(row, breaks) {
    if (row[4] === null) {
      const dashes = { weight: 1.2, dashArray: "4 3", fillColor: "#ffffff", fillOpacity: 0.35 };
      return { ...dashes, color: row[2] === -1 ? "#9a8424" : "#5f6964" };
    }
    const colour = row[4] > 0 ? usageColours[classOf(row[4], breaks)] : "#f4f6f8";
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
    group.clearLayers();
    rows.forEach((row) => {
      const cell = polygon(kind, row[0]);
      cell.setStyle(style(row));
      cell.facts = null;
      cell.factsNow = () => facts(row);
      group.addLayer(cell);
    });
  }

  /** Text nodes only: a station's name is what a manager typed. */
  function tooltip(layer) {
    const lines = layer.facts || layer.factsNow();
    return make("div", {}, ...lines.map((line) => make("div", {}, line)));
  }

  const stations = shapes.stations.map(([x, y, name, hours]) => {
    const dot = L.circleMarker([y / shapes.scale, x / shapes.scale], { radius: 3.5, weight: 1.2, color: "#17211c" });
    dot.name = name;
    dot.hours = hours;
    return dot;
  });
  stations.forEach((dot) => dot.addTo(groups.stations));
  Object.values(groups).forEach((group) => group.bindTooltip(tooltip, { sticky: true, className: "facts-tip" }));

  const stateOf = { o: gettext("open"), c: gettext("closed"), u: gettext("hours unknown") };

  function showStations(hour) {
    stations.forEach((dot) => {
      const state = hour === null ? null : dot.hours[hour];
      const fillColor = state === "c" ? "#ffffff" : state === "u" ? "#f1dc86" : "#17211c";
      dot.setStyle({ fillColor, fillOpacity: 1, color: state === "c" ? "#6d7772" : "#17211c" });
      dot.facts = [dot.name, state === null
        ? interpolate(gettext("open %(n)s hours a week"), { n: [...dot.hours].filter((one) => one === "o").length }, true)
        : stateOf[state]];
      if (dot.hours[0] === "u" && state === null) dot.facts = [dot.name, stateOf.u];
    });
  }

  function key(colour, label, extra) {
    return make("li", {}, make("span", { class: `swatch ${extra || ""}`, style: `--colour: ${colour}` }), label);
  }

  function classes(colours, breaks) {
    return colours.slice(0, breaks.length + 1).map((colour, index) => {
      const from = index ? planner.number(breaks[index - 1], 2) : null;
      const to = index < breaks.length ? planner.number(breaks[index], 2) : null;
      return key(colour, from === null ? `< ${to}` : to === null ? `≥ ${from}` : `${from} – ${to}`);
    });
  }

  function legend(place, layer, hour) {
    const week = hour === null;
    const limit = planner.number(planner.config.limit_m, 0);
    const title = layer === "gap"
      ? (week ? gettext("Missed worker-hours a week, by cell") : gettext("Missed worker-hours in this hour, by cell"))
      : (week ? gettext("Check-ins per open station-hour, whole week") : gettext("Check-ins per open station-hour, this hour"));
    const items = layer === "gap"
      ? [...classes(gapColours, shapes.breaks[week ? "week" : "hour"]),
         key(covered, interpolate(gettext("none missed: open station within %(m)s m"), { m: limit }, true)),
         key(unknown, gettext("only stations of unknown hours near"))]
      : [key("#f4f6f8", gettext("open, no check-in")),
         ...classes(usageColours, shapes.breaks[week ? "usage_week" : "usage_hour"]),
         key("#ffffff", gettext("closed or hours unknown: no rate"), "dashed"),
         key("#8b8f94", gettext("workers, but no station: no data"), "hatched")];
    const dots = [key("#17211c", week ? gettext("station") : gettext("open station"), "dot"),
      week ? null : key("#ffffff", gettext("closed station"), "dot")].filter(Boolean);
    place.replaceChildren(
      make("details", { open: window.innerWidth > 720 ? "" : null },
        make("summary", {}, title), make("ul", {}, ...items, ...(map.hasLayer(groups.stations) ? dots : []))),
    );
  }

  return {
    show(answer, layer) {
      const week = answer.hour === null;
      groups[layer === "gap" ? "usage" : "gap"].clearLayers();
      if (layer === "gap") {
        const breaks = shapes.breaks[week ? "week" : "hour"];
        fill(groups.gap, "cells", answer.cells, (row) => gapStyle(row, breaks), gapFacts);
      } else {
        const breaks = shapes.breaks[week ? "usage_week" : "usage_hour"];
        fill(groups.usage, "usage_cells", answer.usage, (row) => usageStyle(row, breaks), usageFacts);
        noStation.forEach((cell) => groups.usage.addLayer(cell));
      }
      showStations(answer.hour);
      groups.stations.bringToFront();
    },
    legend,
  };
};

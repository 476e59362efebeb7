/* How an hour looks on the heat map: a rate, zero, hidden, closed or unknown; and outside, no station. One place for cells, surface,
   week and legend. Hatches are SVG patterns. */
"use strict";

planner.looks = (() => {
  const { make } = planner;
  const colours = planner.usageColours;
  const HIDDEN = -1;
  const CLOSED = -2;
  const zero = "#ffffff";
  const closed = "#c3c7cb";
  const unknown = "#f1dc86";
  const hourSpan = 3;

  function pattern(id, ground, line, turn, gap) {
    const tile = make("pattern", { id, width: gap, height: gap, patternUnits: "userSpaceOnUse", patternTransform: `rotate(${turn})` });
    if (ground) tile.append(make("rect", { width: gap, height: gap, fill: ground }));
    tile.append(make("line", { x1: 0, x2: 0, y1: 0, y2: gap, stroke: line, "stroke-width": gap / 2.5 }));
    return tile;
  }

  /** Patterns serve the whole page from one drawing of no size. */
  document.body.append(make("svg", { width: 0, height: 0, class: "patterns", "aria-hidden": "true" }, make("defs", {},
    pattern("hatch-none", null, "#9aa0a655", 45, 9),
    pattern("hatch-hidden", "#fff3e2", "#d9822b", -45, 5),
    ...colours.map((colour, index) => pattern(`hatch-rate-${index}`, colour, "#ffffff88", 45, 5)))));

  /** The fill of a rate; hatched where it is of a longer span than the hour. */
  function fill(rate, span, breaks) {
    if (!(rate > 0)) return zero;
    const colour = planner.colourOf(rate, colours, breaks);
    return span === hourSpan ? colour : `url(#hatch-rate-${colours.indexOf(colour)})`;
  }

  return {
    HIDDEN,
    CLOSED,
    colours,
    zero,
    closed,
    unknown,

    /** `tile` is [rate, span], or the number that says why there is none. */
    style(tile, breaks) {
      if (tile === CLOSED) return { fillColor: closed, fillOpacity: 0.75, color: "#7b8288", weight: 0.8, dashArray: "3 3" };
      if (typeof tile === "number") return { fillColor: unknown, fillOpacity: 0.7, color: "#9a8424", weight: 0.8, dashArray: "3 3" };
      const [rate, span] = tile;
      if (span === HIDDEN) return { fillColor: "url(#hatch-hidden)", fillOpacity: 0.95, color: "#b5651d", weight: 0.8, dashArray: null };
      return { fillColor: fill(rate, span, breaks), fillOpacity: 0.9, color: "#54708f", weight: rate > 0 ? 0.6 : 1, dashArray: null };
    },

    /** In words, as lines. `hour` is of the week. */
    words(tile, hour) {
      if (tile === CLOSED) return [gettext("Closed at this hour: no rate")];
      if (typeof tile === "number") return [gettext("Hours unknown: no rate")];
      const [rate, span] = tile;
      if (span === HIDDEN) return [gettext("Fewer than ten check-ins: hidden")];
      const told = rate > 0
        ? interpolate(gettext("%(rate)s check-ins per open station-hour"), { rate: planner.number(rate, 2) }, true)
        : gettext("Open, and no check-in");
      return [told, ...(span === hourSpan ? [] : [interpolate(gettext("of %(span)s together"), { span: this.span(span, hour) }, true)])];
    },

    /** Such as "Monday to Friday, 12:00–15:00". */
    span(span, hour) {
      if (span === 0) return gettext("the whole week");
      const days = hour < 120 ? gettext("Monday to Friday") : gettext("Saturday and Sunday");
      const size = span === 1 ? 3 : 1;
      const start = Math.floor((hour % 24) / size) * size;
      return `${days}, ${planner.hourOfDay(start)}–${start + size === 24 ? "24:00" : planner.hourOfDay(start + size)}`;
    },

    legend(place, breaks, isSurface) {
      const key = (look, words) => make("li", {}, make("span", { class: `swatch ${look}` }), words);
      const swatch = (colour, words) => make("li", {}, make("span", { class: "swatch", style: `--colour: ${colour}` }), words);
      const opened = place.firstChild ? place.firstChild.open : window.innerWidth > 720;
      place.replaceChildren(make("details", { open: opened ? "" : null },
        make("summary", {}, gettext("Check-ins per open station-hour")),
        make("ul", {},
          swatch(zero, gettext("open, no check-in")),
          ...planner.classes(colours, breaks).map(([colour, words]) => swatch(colour, words)),
          isSurface ? null : key("spanned", gettext("hatched: of a longer time round the hour")),
          key("hidden-few", gettext("fewer than ten check-ins: hidden")),
          swatch(closed, isSurface ? gettext("closed or hours unknown: no rate") : gettext("closed: no rate")),
          isSurface ? null : swatch(unknown, gettext("hours unknown: no rate")),
          key("none", gettext("no station here, so no data")))));
    },
  };
})();

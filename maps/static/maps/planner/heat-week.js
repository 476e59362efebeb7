/* The week as 7 x 24 squares: of the city, or of one cell. */
"use strict";

planner.heatWeek = (place, choose) => {
  const { make, looks } = planner;
  const side = 19;
  const left = 46;
  const top = 16;
  const squares = Array.from({ length: 168 }, (_, hour) => make("rect", {
    class: "hour-square", x: left + (hour % 24) * side, y: top + Math.floor(hour / 24) * side, width: side - 1.5, height: side - 1.5, rx: 2,
    onclick: () => choose(hour),
  }, make("title", {})));
  const mark = make("rect", { class: "chosen", width: side - 1.5, height: side - 1.5, rx: 2 });
  const chart = make("svg", { viewBox: `0 0 ${left + 24 * side} ${top + 7 * side}`, role: "img", "aria-label": gettext("Check-ins per open station-hour by weekday and hour") },
    make("g", { class: "days" }, ...dayNames(), ...hourNames()), ...squares, mark);
  place.append(chart);

  function dayNames() {
    return planner.config.weekdays.map((name, day) => {
      const short = planner.config.language === "en" ? name.slice(0, 3) : name.replace("星期", "周");
      return make("text", { x: left - 6, y: top + day * side + 13.5, "text-anchor": "end" }, short);
    });
  }

  function hourNames() {
    return [0, 3, 6, 9, 12, 15, 18, 21].map((hour) => make("text", { x: left + hour * side + 1, y: top - 5 }, String(hour)));
  }

  return {
    /** `tiles`: 168 of [rate, span] or why there is none. */
    show(tiles, breaks) {
      tiles.forEach((tile, hour) => {
        const { fillColor, color, dashArray } = looks.style(tile, breaks);
        squares[hour].setAttribute("fill", fillColor);
        squares[hour].setAttribute("stroke", dashArray ? "none" : color);
        squares[hour].firstChild.textContent = [planner.when(hour), ...looks.words(tile, hour)].join("\n");
      });
    },
    mark(hour) {
      mark.setAttribute("x", squares[hour].getAttribute("x"));
      mark.setAttribute("y", squares[hour].getAttribute("y"));
    },
  };
};

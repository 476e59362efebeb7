/* The week as 168 stacked bars: how much of each hour's demand is covered, and what is missed. */
"use strict";

planner.profile = (place, choose) => {
  const width = 504;
  const height = 180;
  const floor = 156;
  const barWidth = width / 168;
  const make = planner.make;
  const chosen = make("rect", { class: "chosen", y: 0, height: floor, width: barWidth, visibility: "hidden" });
  const bars = make("g", {});
  const chart = make("svg", {
    viewBox: `0 0 ${width} ${height}`,
    role: "img",
    "aria-label": gettext("Worker-hours by hour of the week, split into covered, unknown and missed"),
    onclick: (event) => choose(hourAt(event)),
    onmousemove: (event) => describe(hourAt(event)),
  }, frame(), bars, chosen);
  const said = make("p", { class: "small soft profile-said" });
  const top = make("p", { class: "small soft profile-top" });
  place.append(top, chart, said);
  let hours = [];

  function frame() {
    const marks = make("g", { class: "days" });
    planner.config.weekdays.forEach((name, day) => {
      const x = (day * width) / 7;
      marks.append(make("line", { x1: x, x2: x, y1: 0, y2: floor + 6 }));
      const short = planner.config.language === "en" ? name.slice(0, 3) : name.replace("星期", "周");
      marks.append(make("text", { x: x + width / 14, y: height - 3, "text-anchor": "middle" }, short));
    });
    return marks;
  }

  function hourAt(event) {
    const box = chart.getBoundingClientRect();
    const hour = Math.floor(((event.clientX - box.left) / box.width) * 168);
    return Math.min(167, Math.max(0, hour));
  }

  function describe(hour) {
    if (!hours.length) return;
    const [all, open] = hours[hour];
    const words = gettext("%(when)s: %(all)s worker-hours, %(open)s near an open station");
    said.textContent = interpolate(
      words, { when: planner.when(hour), all: planner.number(all), open: planner.number(open) }, true,
    );
  }

  return {
    show(rows) {
      hours = rows;
      const most = Math.max(...rows.map((row) => row[0]), 0.001);
      top.textContent = interpolate(gettext("Tallest: %(most)s worker-hours in one hour"), { most: planner.number(most) }, true);
      bars.replaceChildren();
      planner.parts.forEach((part, index) => {
        const path = rows.map((row, hour) => {
          const below = row.slice(1, 1 + index).reduce((sum, value) => sum + value, 0);
          const y = floor - ((below + row[index + 1]) / most) * (floor - 2);
          const tall = (row[index + 1] / most) * (floor - 2);
          return tall > 0 ? `M${(hour * barWidth).toFixed(2)},${y.toFixed(2)}h${(barWidth - 0.5).toFixed(2)}v${tall.toFixed(2)}h-${(barWidth - 0.5).toFixed(2)}z` : "";
        });
        bars.append(make("path", { d: path.join(""), fill: part.colour }));
      });
    },
    mark(hour) {
      chosen.setAttribute("visibility", hour === null ? "hidden" : "visible");
      if (hour !== null) {
        chosen.setAttribute("x", hour * barWidth);
        describe(hour);
      } else {
        said.textContent = "";
      }
    },
  };
};

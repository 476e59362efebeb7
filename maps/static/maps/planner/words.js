/* What the planner's scripts share: the page's settings, numbers and hours as text, and the four parts of demand.
   Text reaches the page as text nodes and attributes only. */
"use strict";

const planner = { config: JSON.parse(document.getElementById("planner-config").textContent) };

/** The parts of the worker-hours, best first. `key` is the measure's name in the answers. */
planner.parts = [
  { key: "open_worker_hours", colour: "#2b8c7e", label: gettext("Near an open station") },
  { key: "unknown_worker_hours", colour: "#c7b45a", label: gettext("Near stations with unknown hours only") },
  { key: "gap_closed_worker_hours", colour: "#e98a3c", label: gettext("Gap: stations near, but closed") },
  { key: "gap_distance_worker_hours", colour: "#b3312a", label: gettext("Gap: no station near") },
];
planner.measures = ["worker_hours", ...planner.parts.map((part) => part.key)];

/** An element with attributes (`onclick` and the like add listeners) and children: nodes, strings or null. */
planner.make = (tag, attributes, ...children) => {
  const svg = ["svg", "rect", "line", "text", "g", "path", "pattern", "defs", "title"].includes(tag);
  const made = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  Object.entries(attributes || {}).forEach(([name, value]) => {
    if (value === null || value === undefined || value === false) return;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value);
  });
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
};

planner.number = (value, digits) =>
  new Intl.NumberFormat(planner.config.language, {
    maximumFractionDigits: digits === undefined ? (Math.abs(value) < 10 ? 1 : 0) : digits,
  }).format(value);

planner.percent = (share) =>
  share === null || share === undefined
    ? "–"
    : new Intl.NumberFormat(planner.config.language, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(share);

planner.metres = (metres) =>
  metres === null ? "–" : metres < 1000 ? `${metres} m` : `${planner.number(metres / 1000, 1)} km`;

planner.hourOfDay = (hour) => `${String(hour % 24).padStart(2, "0")}:00`;

/** Such as "Wednesday 14:00–15:00"; the whole week for null. */
planner.when = (hour) => {
  if (hour === null) return gettext("Whole week");
  const end = hour % 24 === 23 ? "24:00" : planner.hourOfDay(hour + 1);
  return `${planner.config.weekdays[Math.floor(hour / 24)]} ${planner.hourOfDay(hour)}–${end}`;
};

planner.usageColours = ["#dbe7f5", "#a9c9e8", "#6a9fd4", "#3570b3", "#12407f"];

/** As many of the five colours as there are classes; few classes leave out the palest and the darkest. */
planner.spread = (colours, breaks) => {
  const chosen = [[], [2], [1, 3], [0, 2, 4], [0, 1, 3, 4], [0, 1, 2, 3, 4]];
  return chosen[breaks.length + 1].map((index) => colours[index]);
};

planner.classOf = (value, breaks) => breaks.filter((limit) => value >= limit).length;

planner.colourOf = (value, colours, breaks) => planner.spread(colours, breaks)[planner.classOf(value, breaks)];

/** [colour, words] of each class, for a legend. */
planner.classes = (colours, breaks) =>
  planner.spread(colours, breaks).map((colour, index) => {
    const from = index ? planner.number(breaks[index - 1], 2) : null;
    const to = index < breaks.length ? planner.number(breaks[index], 2) : null;
    if (from === null && to === null) return [colour, "> 0"];
    return [colour, from === null ? `< ${to}` : to === null ? `≥ ${from}` : `${from} – ${to}`];
  });

/** [latitude, longitude] of the corners of a ring that came as steps [x, y, dx, dy, ...] times `scale`. */
planner.corners = (steps, scale) => {
  let x = 0;
  let y = 0;
  const ring = [];
  for (let index = 0; index < steps.length; index += 2) {
    x += steps[index];
    y += steps[index + 1];
    ring.push([y / scale, x / scale]);
  }
  return ring;
};

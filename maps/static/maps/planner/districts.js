/* The district table: sortable by every column; the total stays at the foot. */
"use strict";

planner.districts = (table) => {
  const make = planner.make;
  const columns = [
    { key: "name", label: gettext("District"), text: (row) => row.name },
    { key: "worker_hours", label: gettext("Worker-hours"), text: (row) => planner.number(row.worker_hours, 1) },
    { key: "reach_share", label: gettext("Near"), text: (row) => planner.percent(row.reach_share) },
    { key: "open_share", label: gettext("Open"), text: (row) => planner.percent(row.open_share) },
    { key: "gap_share", label: gettext("Gap"), text: (row) => planner.percent(row.gap_share) },
    { key: "gap_worker_hours", label: gettext("Gap, worker-hours"), text: (row) => planner.number(row.gap_worker_hours, 1) },
    { key: "gap_distance_worker_hours", label: gettext("Gap: too far"), text: (row) => planner.number(row.gap_distance_worker_hours, 1) },
    { key: "gap_closed_worker_hours", label: gettext("Gap: closed"), text: (row) => planner.number(row.gap_closed_worker_hours, 1) },
    { key: "unknown_worker_hours", label: gettext("Unknown hours"), text: (row) => planner.number(row.unknown_worker_hours, 1) },
  ];
  let sorted = { key: "gap_worker_hours", down: true };
  let rows = [];
  let total = null;

  function sortBy(key) {
    sorted = { key, down: sorted.key === key ? !sorted.down : key !== "name" };
    draw();
  }

  function ordered() {
    const { key, down } = sorted;
    const before = (a, b) => (key === "name" ? a.code.localeCompare(b.code) : (a[key] ?? -1) - (b[key] ?? -1));
    return [...rows].sort((a, b) => (down ? -before(a, b) : before(a, b)));
  }

  function heading(column) {
    const here = sorted.key === column.key;
    const order = here ? (sorted.down ? "descending" : "ascending") : null;
    const mark = here ? (sorted.down ? " ▾" : " ▴") : "";
    const button = make("button", { type: "button", class: "sort", onclick: () => sortBy(column.key) }, column.label + mark);
    return make("th", { scope: "col", class: column.key === "name" ? null : "number", "aria-sort": order }, button);
  }

  function line(row, tag) {
    return make("tr", {}, ...columns.map((column, index) =>
      index === 0
        ? make("th", { scope: "row" }, column.text(row))
        : make(tag, { class: column.key === "open_share" ? "number share-cell" : "number",
                      style: column.key === "open_share" ? `--share: ${100 * (row.open_share || 0)}%` : null }, column.text(row)),
    ));
  }

  function draw() {
    table.replaceChildren(
      make("thead", {}, make("tr", {}, ...columns.map(heading))),
      make("tbody", {}, ...ordered().map((row) => line(row, "td"))),
      make("tfoot", {}, line(total, "td")),
    );
  }

  const withGap = (row, name) => ({ ...row, name, gap_worker_hours: row.gap_closed_worker_hours + row.gap_distance_worker_hours });

  return {
    show(answer) {
      rows = answer.districts.map((row) => withGap(row, planner.config.districts[row.code] || row.code));
      total = withGap(answer.total, gettext("Total"));
      draw();
    },
  };
};

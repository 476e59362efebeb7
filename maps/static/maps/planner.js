/* The planner's page: which hour, which layer, which workers; fetches the small answers and shows them everywhere. */
"use strict";

(() => {
  const { config, make } = planner;
  const element = (id) => document.getElementById(id);
  const state = { hour: 12 + 24, week: false, layer: "gap", table: "hour", occupation: "" };
  const playing = planner.playing(1100, () => set({ hour: (state.hour + 1) % 168, week: false }));
  const answers = new Map();
  const groups = { gap: feature_group_gap, usage: feature_group_usage, stations: feature_group_stations };
  const map = map_planner;
  const profile = planner.profile(element("profile"), (hour) => choose({ hour, week: false }));
  const table = planner.districts(element("districts"));
  let layers = null;

  const shown = () => (state.week ? null : state.hour);

  function address(hour) {
    const path = hour === null ? config.week : config.hour.replace("/0.json", `/${hour}.json`);
    return path + query();
  }

  const query = () => (state.occupation ? `?occupation=${encodeURIComponent(state.occupation)}` : "");

  async function fetchJson(url) {
    const response = await fetch(url, { headers: { Accept: "application/json" } });
    if (!response.ok || response.redirected) throw new Error(`${response.status}`);
    return response.json();
  }

  /** The answer for an hour (null: the week); asked once. */
  function answer(hour) {
    const url = address(hour);
    if (!answers.has(url)) {
      const promise = fetchJson(url);
      promise.catch(() => answers.delete(url));
      answers.set(url, promise);
    }
    return answers.get(url);
  }

  function complain() {
    const notice = element("notice");
    notice.textContent = gettext("The numbers could not be loaded. Check the connection, or sign in again.");
    notice.hidden = false;
    playing.stop();
  }

  async function show() {
    const hour = shown();
    const { occupation, layer } = state;
    controls();
    try {
      const [now, inTable] = await Promise.all([answer(hour), answer(state.table === "week" ? null : hour)]);
      if (hour !== shown() || occupation !== state.occupation || layer !== state.layer) return; // another choice came
      layers.show(now, layer);
      headline(now);
      table.show(inTable);
      element("districts-when").textContent = planner.when(state.table === "week" ? null : hour);
      element("notice").hidden = true;
      document.body.dataset.shown = hour === null ? "week" : String(hour);
      if (hour !== null) [hour + 1, hour + 167].forEach((near) => answer(near % 168).catch(() => {}));
    } catch (error) {
      complain();
    }
  }

  function headline(now) {
    const total = now.total;
    const bar = make("div", { class: "share-bar", "aria-hidden": "true" });
    const list = make("ul", { class: "shares" });
    planner.parts.forEach((part) => {
      const share = total.worker_hours > 0 ? total[part.key] / total.worker_hours : 0;
      bar.append(make("span", { style: `width: ${100 * share}%; background: ${part.colour}` }));
      list.append(make("li", {},
        make("span", { class: "swatch", style: `--colour: ${part.colour}` }), make("span", {}, part.label),
        make("b", {}, planner.percent(total.worker_hours > 0 ? share : null)),
        make("span", { class: "soft" }, planner.number(total[part.key]))));
    });
    element("answer").replaceChildren(
      make("p", { class: "answer-head" }, make("b", {}, planner.when(now.hour)), " ",
        interpolate(gettext("%(n)s worker-hours"), { n: planner.number(total.worker_hours) }, true)),
      total.worker_hours > 0 ? bar : make("p", { class: "soft" }, gettext("Nobody was observed at work then.")),
      list,
    );
  }

  function controls() {
    element("weekday").value = Math.floor(state.hour / 24);
    element("hour").value = state.hour % 24;
    element("hour").setAttribute("aria-valuetext", planner.when(state.hour));
    element("clock").textContent = planner.hourOfDay(state.hour);
    const press = (button, on) => button.setAttribute("aria-pressed", String(on));
    press(element("whole-week"), state.week);
    press(element("one-hour"), !state.week);
    document.querySelectorAll("[data-layer]").forEach((button) => press(button, button.dataset.layer === state.layer));
    document.querySelectorAll("[data-table]").forEach((button) => press(button, button.dataset.table === state.table));
    profile.mark(shown());
  }

  function choose(change) {
    playing.stop();
    set(change);
  }

  function set(change) {
    Object.assign(state, change);
    show();
  }

  async function chooseOccupation(code) {
    choose({ occupation: code });
    try {
      const rows = (await fetchJson(config.profile + query())).hours;
      if (code !== state.occupation) return;
      profile.show(rows);
      profile.mark(shown());
    } catch (error) {
      complain();
    }
  }

  function listen() {
    const atHour = () => choose({ hour: Number(element("weekday").value) * 24 + Number(element("hour").value), week: false });
    element("hour").addEventListener("input", atHour);
    element("weekday").addEventListener("change", atHour);
    element("whole-week").addEventListener("click", () => choose({ week: true }));
    element("one-hour").addEventListener("click", () => choose({ week: false }));
    element("occupation").addEventListener("change", (event) => chooseOccupation(event.target.value));
    document.querySelectorAll("[data-layer]").forEach((button) =>
      button.addEventListener("click", () => choose({ layer: button.dataset.layer })));
    document.querySelectorAll("[data-table]").forEach((button) =>
      button.addEventListener("click", () => choose({ table: button.dataset.table })));
    element("show-stations").addEventListener("change", (event) => {
      if (event.target.checked) map.addLayer(groups.stations);
      else map.removeLayer(groups.stations);
      layers.redraw();
    });
    element("run-form").addEventListener("submit", (event) => {
      event.target.querySelector("button").disabled = true;
      event.target.querySelector(".run-wait").hidden = false;
    });
  }

  function fillSelects() {
    config.weekdays.forEach((name, day) => element("weekday").append(make("option", { value: day }, name)));
    element("occupation").append(make("option", { value: "" }, config.all));
    Object.entries(config.occupations).forEach(([code, label]) => element("occupation").append(make("option", { value: code }, label)));
  }

  async function begin() {
    fillSelects();
    listen();
    controls();
    try {
      answer(shown()).catch(() => {}); // asked beside the shapes; show() waits for it and tells of a failure
      const shapes = await fetchJson(config.cells);
      const [west, south, east, north] = shapes.focus;
      map.fitBounds([[south, west], [north, east]], { animate: false });
      layers = planner.layers(map, groups, shapes);
      await Promise.all([show(), chooseOccupation("")]);
    } catch (error) {
      complain();
    }
  }

  begin();
})();

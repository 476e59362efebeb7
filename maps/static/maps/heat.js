/* The heat page: which hour, cells or surface, which workers. A change of the hour asks nothing of the server. */
"use strict";

(() => {
  const { config, make, looks } = planner;
  const element = (id) => document.getElementById(id);
  const map = map_heat;
  const state = { hour: 36, look: "cells", resolution: "8", reach: element("reach").value, occupation: "", cell: null };
  const playing = planner.playing(700, () => set({ hour: (state.hour + 1) % 168 }));
  const answers = new Map();
  const cells = planner.heatCells(feature_group_cells, (cell) => choose({ cell }));
  const surface = planner.heatSurface(map);
  const week = planner.heatWeek(element("week"), (hour) => choose({ hour }));
  let shown = null; // the answer whose polygons are on the map

  /** Asked once. */
  function answer(url) {
    if (!answers.has(url)) {
      const promise = fetch(url, { headers: { Accept: "application/json" } }).then((response) => {
        if (!response.ok || response.redirected) throw new Error(`${response.status}`);
        return response.json();
      });
      promise.catch(() => answers.delete(url));
      answers.set(url, promise);
    }
    return answers.get(url);
  }

  const isSurface = () => state.look === "surface";

  /** The surface is made of the small cells, whatever size was chosen. */
  function wanted() {
    const resolution = isSurface() ? "9" : state.resolution;
    const query = new URLSearchParams({ resolution, occupation: state.occupation });
    return Promise.all([answer(`${config.cells}?${query}`), isSurface() ? answer(`${config.surface}?reach_m=${state.reach}`) : null]);
  }

  async function show() {
    controls();
    const asked = JSON.stringify([state.look, state.resolution, state.reach, state.occupation]);
    try {
      const [given, grid] = await wanted();
      if (asked !== JSON.stringify([state.look, state.resolution, state.reach, state.occupation])) return; // another choice came
      if (shown !== given) {
        cells.load(given);
        if (shown === null && given.focus) {
          const [west, south, east, north] = given.focus;
          map.fitBounds([[south, west], [north, east]], { animate: false, maxZoom: 14 });
        }
        shown = given;
      }
      draw(given, grid);
      element("notice").hidden = true;
      document.body.dataset.shown = `${state.look} ${state.hour}`;
    } catch (error) {
      element("notice").textContent = gettext("The numbers could not be loaded. Check the connection, or sign in again.");
      element("notice").hidden = false;
      playing.stop();
    }
  }

  function draw(given, grid) {
    cells.show(state.hour, !isSurface());
    surface.show(grid && {
      places: placesOf(grid),
      rates: planner.surfaceRates(grid, (cell) => cells.tile(cell, state.hour), state.hour),
      breaks: given.breaks,
      stepM: grid.step_m,
    });
    looks.legend(element("legend"), given.breaks, isSurface());
    const city = given.city.map((rate) => (rate === null ? looks.CLOSED : [rate, 3]));
    const tiles = state.cell === null ? city : given.of[state.cell].map((_, hour) => cells.tile(state.cell, hour));
    week.show(tiles, given.breaks);
    week.mark(state.hour);
    element("week-of").textContent = state.cell === null
      ? gettext("The city's week")
      : interpolate(gettext("The week of cell %(name)s"), { name: given.names[state.cell] }, true);
    element("whole-city").hidden = state.cell === null;
    headline(given);
  }

  function placesOf(grid) {
    grid.places ||= planner.corners(grid.points, grid.scale);
    return grid.places;
  }

  function headline(given) {
    const rate = given.city[state.hour];
    const kinds = { rate: 0, zero: 0, hidden: 0, none: 0 };
    given.of.forEach((_, cell) => {
      const tile = cells.tile(cell, state.hour);
      if (typeof tile === "number") kinds.none += 1;
      else if (tile[1] === looks.HIDDEN) kinds.hidden += 1;
      else kinds[tile[0] > 0 ? "rate" : "zero"] += 1;
    });
    const told = rate === null
      ? gettext("no station is known to be open")
      : interpolate(gettext("%(rate)s check-ins per open station-hour in the city"), { rate: planner.number(rate, 2) }, true);
    const words = gettext("Cells: %(rate)s with a rate, %(zero)s open without check-ins, %(hidden)s hidden, %(none)s closed or unknown");
    element("answer").replaceChildren(
      make("p", {}, make("b", {}, planner.when(state.hour)), " · ", told),
      make("p", { class: "small soft" }, interpolate(words, kinds, true)));
  }

  function controls() {
    element("weekday").value = Math.floor(state.hour / 24);
    element("hour").value = state.hour % 24;
    element("hour").setAttribute("aria-valuetext", planner.when(state.hour));
    element("clock").textContent = planner.hourOfDay(state.hour);
    const press = (name) => document.querySelectorAll(`[data-${name}]`).forEach((button) =>
      button.setAttribute("aria-pressed", String(button.dataset[name] === state[name])));
    press("look");
    press("resolution");
    element("sizes").hidden = isSurface();
    element("reaches").hidden = !isSurface();
  }

  function choose(change) {
    playing.stop();
    set(change);
  }

  function set(change) {
    if ("look" in change || "resolution" in change) state.cell = null;
    Object.assign(state, change);
    show();
  }

  function listen() {
    const atHour = () => choose({ hour: Number(element("weekday").value) * 24 + Number(element("hour").value) });
    element("hour").addEventListener("input", atHour);
    element("weekday").addEventListener("change", atHour);
    element("occupation").addEventListener("change", (event) => choose({ occupation: event.target.value }));
    element("reach").addEventListener("change", (event) => choose({ reach: event.target.value }));
    element("whole-city").addEventListener("click", () => choose({ cell: null }));
    ["look", "resolution"].forEach((name) => document.querySelectorAll(`[data-${name}]`).forEach((button) =>
      button.addEventListener("click", () => choose({ [name]: button.dataset[name] }))));
  }

  config.weekdays.forEach((name, day) => element("weekday").append(make("option", { value: day }, name)));
  element("occupation").append(make("option", { value: "" }, config.all));
  Object.entries(config.occupations).forEach(([code, label]) => element("occupation").append(make("option", { value: code }, label)));
  // everything that no cell covers: no station, so no data
  L.rectangle([[-85, -180], [85, 180]], { fillColor: "url(#hatch-none)", fillOpacity: 1, stroke: false, interactive: false }).addTo(map).bringToBack();
  map.eachLayer((layer) => { if (layer instanceof L.GeoJSON && layer.bringToBack) layer.bringToBack(); });
  listen();
  show();
})();

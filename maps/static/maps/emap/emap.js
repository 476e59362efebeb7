/* The public map's page: loads the stations, filters and lists them, opens sheets, finds the nearest. */
"use strict";

(() => {
  const { make, icon, named } = jieli;
  const byId = (id) => document.getElementById(id);
  const KEPT = "jieli.stations";
  const BATCH = 60;
  const title = document.title;
  const filters = new Set();
  let data = null;
  let stations = [];
  let me = null; // [lon, lat] in WGS-84; stays in this page
  let words = "";
  let shown = [];
  let loadedAt = 0;

  const seconds = () => Date.now() / 1000;

  /* --- loading --- */

  const adopt = (loaded) => {
    data = loaded;
    stations = data.features.map((feature) => {
      const own = feature.properties;
      const hours = data.hours[own.hours];
      const at = feature.geometry.coordinates;
      const station = Object.assign({ services: [], working: [], broken: {}, closed: [], unknown: [], dated: [], wgs84: at }, own, { id: feature.id, at });
      station.spans = "spans" in own ? own.spans : hours.spans;
      station.hoursNames = hours;
      station.always = hours.always;
      station.text = [own.name, own.address, own.host || "", named(data.districts[own.district])].join(" ").toLowerCase();
      return station;
    });
    jieli.map.load(stations, (station) => go(station));
  };

  const keep = (text) => {
    try { localStorage.setItem(KEPT, text); } catch (full) { /* a copy for bad signal is a comfort, no need */ }
  };

  const kept = () => {
    try {
      const copy = JSON.parse(localStorage.getItem(KEPT));
      const fits = copy && copy.until > seconds() && jieli.page.stations.endsWith(`=${copy.datum}`);
      return fits ? copy : null;
    } catch (unreadable) {
      return null;
    }
  };

  const load = async () => {
    const first = data === null;
    if (first) say(gettext("Loading stations…"));
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), 20000);
    try {
      const answer = await fetch(jieli.page.stations, { signal: patience.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      const text = await answer.text();
      adopt(JSON.parse(text));
      keep(text);
      loadedAt = seconds();
      notice(answer.headers.get("Jieli-Stale") ? gettext("The registry is away for the moment: these are the last known stations.") : "");
    } catch (failure) {
      if (!first) return;
      const copy = kept();
      if (copy === null) return failed();
      adopt(copy);
      notice(gettext("No connection: these are the stations as you last loaded them."));
    } finally {
      clearTimeout(timer);
    }
    refresh();
    if (first) {
      jieli.map.nameDistricts(data.districts);
      jieli.map.start(stations);
      route();
    }
  };

  const failed = () => {
    say(gettext("The stations could not be loaded."));
    byId("list").replaceChildren(make("div", { class: "blank" },
      make("p", {}, gettext("The signal may be weak. Try again, or call 12351.")),
      make("button", { type: "button", class: "primary", onclick: () => load() }, gettext("Try again"))));
  };

  /* --- choosing --- */

  const passes = (station, now) => [...filters].every((filter) => {
    const [kind, code] = filter.split(":");
    if (kind === "open") return jieli.opening.state(station, now) === "open";
    if (kind === "always") return station.always;
    if (kind === "service") return station.services.includes(code);
    return station.working.includes(code);
  });

  const RANK = { open: 0, unknown: 1, closed: 2 };

  const chosen = (now) => {
    const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
    const found = stations.filter((station) => passes(station, now) && wanted.every((word) => station.text.includes(word)));
    if (me) {
      found.forEach((station) => { station.distance = jieli.metres(me, station.wgs84); });
      return found.sort((a, b) => a.distance - b.distance);
    }
    return found.sort((a, b) => (a.district < b.district ? -1 : a.district > b.district ? 1 : RANK[a.state] - RANK[b.state]));
  };

  const refresh = () => {
    const now = seconds();
    stations.forEach((station) => {
      station.state = jieli.opening.state(station, now);
      jieli.map.setState(station, station.state);
    });
    shown = chosen(now);
    jieli.map.show(shown);
    list(now);
  };

  /* --- the list --- */

  const say = (text) => { byId("count").textContent = text; };

  const notice = (text) => {
    byId("notice").textContent = text;
    byId("notice").hidden = text === "";
  };

  const item = (station, now) => make("li", {},
    make("a", { class: "item", href: jieli.page.station.replace("/0/", `/${station.id}/`), onclick: (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      go(station);
    } },
    make("span", { class: "item-name" }, station.name),
    me ? make("span", { class: "item-far" }, jieli.distanceWords(station.distance)) : make("span"),
    make("span", { class: `state ${station.state}${me ? "" : " alone"}` }, jieli.opening.words(station, now, data.until)),
    me ? make("span", { class: "item-walk" }, jieli.walkWords(station.distance)) : null,
    make("span", { class: "item-address" }, station.address),
    make("span", { class: "item-offers" }, ...station.services.map((code) =>
      make("span", { title: named(data.services[code]), role: "img", "aria-label": named(data.services[code]) }, icon(code))))));

  const rows = (from, now) => {
    const made = document.createDocumentFragment();
    let district = from > 0 ? shown[from - 1].district : null;
    shown.slice(from, from + BATCH).forEach((station) => {
      if (!me && station.district !== district) {
        district = station.district;
        made.append(make("li", { class: "group" }, named(data.districts[district])));
      }
      made.append(item(station, now));
    });
    return made;
  };

  const list = (now) => {
    const narrowed = filters.size > 0 || words.trim() !== "";
    const counted = interpolate(ngettext("%s station", "%s stations", shown.length), [shown.length]);
    say(me ? interpolate(gettext("%s, nearest first"), [counted]) : counted);
    byId("clear").hidden = !narrowed;
    if (shown.length === 0) return byId("list").replaceChildren(nothing(narrowed));
    const items = make("ol", { class: "items" }, rows(0, now));
    byId("list").replaceChildren(items);
    let next = BATCH;
    if (next >= shown.length) return;
    const more = make("button", { type: "button", class: "wide" }, gettext("More stations"));
    more.addEventListener("click", () => {
      items.append(rows(next, seconds()));
      next += BATCH;
      if (next >= shown.length) more.remove();
    });
    byId("list").append(make("div", { class: "more" }, more));
  };

  const nothing = (narrowed) => make("div", { class: "blank" },
    make("p", {}, narrowed ? gettext("No station fits.") : gettext("No station is published yet.")),
    narrowed ? make("p", { class: "soft" }, gettext("Take away a filter or search for a street or a district.")) : null,
    narrowed ? make("button", { type: "button", class: "primary", onclick: clear }, gettext("Clear filters")) : null);

  const clear = () => {
    filters.clear();
    words = "";
    byId("search").value = "";
    document.querySelectorAll(".chip").forEach((chip) => chip.setAttribute("aria-pressed", "false"));
    refresh();
  };

  /* --- the sheet: its address is #station-12 --- */

  const go = (station) => { window.location.hash = `station-${station.id}`; };

  const close = () => {
    window.history.pushState(null, "", window.location.pathname + window.location.search);
    route();
  };

  const route = () => {
    const asked = /^#station-(\d+)$/.exec(window.location.hash);
    const station = asked && stations.find((one) => one.id === Number(asked[1]));
    const now = seconds();
    byId("main").classList.toggle("with-sheet", Boolean(station));
    byId("sheet").hidden = !station;
    jieli.map.resize();
    document.title = station ? `${station.name} · ${title}` : title;
    jieli.map.select(station || null, station ? jieli.opening.words(station, now, data.until) : "");
    if (asked && !station) notice(gettext("This station is not on the map any more."));
    if (!station) return byId("sheet").replaceChildren();
    const distance = me ? jieli.metres(me, station.wgs84) : null;
    byId("sheet").replaceChildren(jieli.sheet.draw(station, data, { now, distance, onclose: close }));
    byId("sheet").scrollTop = 0;
    byId("sheet").focus({ preventScroll: true });
  };

  /* --- near me --- */

  const near = () => {
    if (!window.isSecureContext) {
      return notice(gettext("Browsers tell the position to https pages only. Search for your street or district instead."));
    }
    if (!navigator.geolocation) return notice(gettext("This browser cannot tell the position. Search for your street or district instead."));
    byId("near").disabled = true;
    navigator.geolocation.getCurrentPosition(found, notFound, { enableHighAccuracy: true, timeout: 12000, maximumAge: 60000 });
  };

  const found = ({ coords }) => {
    byId("near").disabled = false;
    if (stations.length === 0) return;
    me = [coords.longitude, coords.latitude];
    byId("near").setAttribute("aria-pressed", "true");
    refresh();
    const everywhere = [...stations].sort((a, b) => jieli.metres(me, a.wgs84) - jieli.metres(me, b.wgs84));
    const at = jieli.map.showMe(me, everywhere[0], coords.accuracy);
    const farAway = jieli.metres(me, everywhere[0].wgs84) > 50000;
    notice(farAway ? gettext("There is no station within 50 km of you.") : "");
    if (!farAway) jieli.map.frame(at, shown.slice(0, 4));
    byId("results-body").scrollTop = 0;
    if (!byId("sheet").hidden) route();
  };

  const notFound = (failure) => {
    byId("near").disabled = false;
    notice(failure.code === 1
      ? gettext("The position is not allowed. Allow it in the settings of the browser or of WeChat and try again, or search for your street.")
      : gettext("The position cannot be found just now. Try again in the open, or search for your street."));
  };

  /* --- what the reader does --- */

  byId("near").addEventListener("click", near);
  byId("clear").addEventListener("click", clear);
  byId("stretch").addEventListener("click", () => {
    const stretched = byId("main").classList.toggle("stretched");
    byId("stretch").setAttribute("aria-pressed", String(stretched));
    jieli.map.resize(true);
  });
  document.querySelectorAll(".chip").forEach((chip) => chip.addEventListener("click", () => {
    const on = chip.getAttribute("aria-pressed") !== "true";
    chip.setAttribute("aria-pressed", String(on));
    filters[on ? "add" : "delete"](chip.dataset.filter);
    refresh();
  }));
  let typing = 0;
  byId("search").addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => {
      words = byId("search").value;
      refresh();
      if (words.trim() && shown.length <= 400) jieli.map.fit(shown);
    }, 200);
  });
  window.addEventListener("hashchange", route);
  window.addEventListener("online", () => load());
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && seconds() - loadedAt > 60) load();
  });
  setInterval(() => { if (data && !document.hidden) refresh(); }, 60000);
  load();
})();

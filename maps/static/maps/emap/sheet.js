/* A station's sheet: everything the data say about it. */
"use strict";

jieli.sheet = (() => {
  const { make, icon, named } = jieli;

  const fact = (label, ...values) => make("div", {}, make("dt", {}, label), make("dd", {}, ...values));

  const copyButton = (label, done, text) => {
    const words = make("span", {}, label);
    const press = async () => {
      words.textContent = (await jieli.copy(text)) ? done : gettext("Copying failed: press and hold the text");
      setTimeout(() => { words.textContent = label; }, 2500);
    };
    return make("button", { type: "button", class: "small-button", onclick: press }, icon("copy"), words);
  };

  const days = (one) => one.first === one.last ? one.first : interpolate(gettext("%s to %s"), [one.first, one.last]);

  const hoursFact = (station) => {
    const text = station.hoursNames[jieli.page.language];
    const unknown = gettext("Unknown, please call first");
    return fact(gettext("Opening hours"), text || unknown, ...station.dated.map((one) => make("span", { class: "block" },
      `${days(one)}: ${one[jieli.page.language] || unknown} `, one.reason ? make("span", { class: "soft" }, one.reason) : null)));
  };

  const offers = (station, data) => station.services.length === 0 ? null : make("div", {},
    make("h2", {}, gettext("Services")),
    make("ul", { class: "offers" }, ...station.services.map((code) =>
      make("li", {}, icon(code), named(data.services[code])))));

  const kit = (station, data) => {
    const broken = Object.entries(station.broken).map(([code, since]) => make("li", { class: "broken" },
      make("s", {}, named(data.facilities[code])), " ", interpolate(gettext("broken since %s"), [since])));
    const working = station.working.map((code) => make("li", {}, named(data.facilities[code])));
    if (broken.length + working.length === 0) return null;
    return make("div", {}, make("h2", {}, gettext("Facilities")), make("ul", { class: "kit" }, ...working, ...broken));
  };

  const levelWords = (level) => [gettext("too few check-ins to tell"), gettext("quieter"), gettext("busier"), gettext("busiest")][level];

  /** Runs of the busiest hours, such as 12:00-14:00. */
  const busiest = (levels) => {
    const top = Math.max(...levels);
    const runs = [];
    levels.forEach((level, hour) => {
      if (level !== top) return;
      if (runs.length > 0 && runs[runs.length - 1][1] === hour) runs[runs.length - 1][1] = hour + 1;
      else runs.push([hour, hour + 1]);
    });
    return runs.map(([from, to]) => `${from}:00-${to}:00`).join(gettext(", "));
  };

  const busyBar = (level, hour) => make("li", { class: `level-${level}`, title: `${hour}:00 ${levelWords(level)}` },
    make("i", { "aria-hidden": "true" }), make("b", {}, String(hour)), make("span", { class: "unseen" }, `:00 ${levelWords(level)}`));

  const busy = (station, data) => {
    const head = make("h2", {}, gettext("Usually busy at"));
    if (!station.busy) return make("div", {}, head, make("p", { class: "soft" }, gettext("Not enough check-ins yet.")));
    const levels = [...station.busy].map(Number);
    const bars = levels.map(busyBar).slice(levels.findIndex(Boolean), 24 - [...levels].reverse().findIndex(Boolean));
    return make("div", {}, head,
      make("p", {}, `${gettext("Busiest")} ${busiest(levels)}`),
      make("ol", { class: "busy" }, ...bars),
      make("p", { class: "soft small" }, interpolate(
        gettext("By check-ins from %s to %s, compared with the other hours of this station."), data.busy_quarter)));
  };

  const ways = (station) => {
    const links = document.getElementById("ways").content.cloneNode(true);
    links.querySelectorAll("a").forEach((link) => {
      link.setAttribute("href", link.getAttribute("href").replace("/0/", `/${station.id}/`));
    });
    return make("div", { class: "leading" }, make("h2", {}, gettext("Take me there")), make("ul", { class: "ways" }, links));
  };

  const closureNote = (station, now) => {
    const closure = jieli.opening.holding(station.closed, now);
    if (!closure) return null;
    const reason = closure[2] ? `: ${closure[2]}` : "";
    return make("p", { class: "note" }, gettext("Closed for the time being") + reason);
  };

  /** The sheet as an element. `distance` in metres or null. */
  const draw = (station, data, { now, distance, onclose }) => {
    const state = jieli.opening.state(station, now);
    const link = new URL(jieli.page.station.replace("/0/", `/${station.id}/`), window.location.href).href;
    return make("article", { class: "sheet" },
      make("div", { class: "sheet-top" },
        make("button", { type: "button", class: "quiet", onclick: onclose }, icon("back"), gettext("Back to the list"))),
      make("p", { class: "soft small" },
        `${named(data.kinds[station.kind])} · ${named(data.districts[station.district])}`, " ",
        station.demo ? make("span", { class: "tag demo" }, gettext("demo")) : null),
      make("h1", { id: "sheet-name" }, station.name),
      make("p", { class: `state ${state}` }, jieli.opening.words(station, now, data.until)),
      distance === null ? null : make("p", { class: "distance" }, [jieli.distanceWords(distance), jieli.walkWords(distance)].filter(Boolean).join(" · ")),
      closureNote(station, now),
      ways(station),
      make("dl", { class: "facts" },
        hoursFact(station),
        fact(gettext("Address"), station.address,
          station.host ? make("span", { class: "soft block" }, station.host) : null,
          copyButton(gettext("Copy address"), gettext("Copied"), `${station.name} ${station.address}`)),
        fact(gettext("Phone"), make("a", { class: "button", href: `tel:${station.phone}` }, icon("phone"), station.phone)),
        station.plate ? fact(gettext("Nameplate number"), station.plate) : null),
      offers(station, data),
      kit(station, data),
      busy(station, data),
      make("div", { class: "actions" },
        copyButton(gettext("Copy link"), gettext("Copied"), link),
        make("a", { class: "button small-button", href: link }, icon("share"), gettext("Page of this station"))));
  };

  return { draw };
})();

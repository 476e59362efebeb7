/* Small parts of the public map's page. Text reaches the page as text nodes and attributes only. */
"use strict";

const jieli = { page: document.getElementById("main").dataset };

/** An element with attributes (`onclick` and the like add listeners) and children: nodes, strings or null. */
jieli.make = (tag, attributes, ...children) => {
  const made = document.createElement(tag);
  Object.entries(attributes || {}).forEach(([name, value]) => {
    if (value === null || value === undefined || value === false) return;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value);
  });
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
};

jieli.icon = (name) => {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${jieli.page.icons}#${name}`);
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
};

/** A name out of the data's tables, in the reader's language. */
jieli.named = (names) => (names ? names[jieli.page.language] : "");

/** Metres along the sphere between two [lon, lat] in WGS-84. */
jieli.metres = (from, to) => {
  const rad = Math.PI / 180;
  const dLat = (to[1] - from[1]) * rad;
  const dLon = (to[0] - from[0]) * rad;
  const a = Math.sin(dLat / 2) ** 2 + Math.cos(from[1] * rad) * Math.cos(to[1] * rad) * Math.sin(dLon / 2) ** 2;
  return 2 * 6371008.8 * Math.asin(Math.sqrt(a));
};

/** Such as 320 m or 1.4 km, as the crow flies. */
jieli.distanceWords = (metres) => (metres < 995
  ? interpolate(gettext("%s m"), [Math.max(10, Math.round(metres / 10) * 10)])
  : interpolate(gettext("%s km"), [metres < 9950 ? Number((metres / 1000).toFixed(1)) : Math.round(metres / 1000)]));

/** Minutes on foot at 4 km/h; nothing where nobody would walk. */
jieli.walkWords = (metres) => (metres > 6000 ? ""
  : interpolate(gettext("about %s min on foot"), [Math.max(1, Math.round(metres / (4000 / 60)))]));

/** Copy text; browsers without the clipboard API (http, older WeChat) get the old way. Resolves to whether it worked. */
jieli.copy = async (text) => {
  if (navigator.clipboard && window.isSecureContext) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch (refused) { /* try the old way */ }
  }
  const area = jieli.make("textarea", { readonly: "", class: "unseen" });
  area.value = text;
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  return copied;
};

// The code changes every half minute. The page stays open for months: it asks for the next code when this one ends, goes on asking
// while the network is away, and never shows a code that would no longer count.
"use strict";
(() => {
  const screen = document.getElementById("screen");
  const code = document.getElementById("code");
  const AGAIN_MS = 3000;
  const PATIENCE_MS = 8000;
  const GONE_AGAIN_MS = 60000; // in case that only a proxy said so
  let holdsUntil = Date.now() + Number(screen.dataset.holdsMs);
  let timer = 0;
  let asking = false;

  const later = (ms) => {
    clearTimeout(timer);
    timer = setTimeout(next, ms);
  };

  async function ask() {
    const stop = new AbortController();
    const patience = setTimeout(() => stop.abort(), PATIENCE_MS);
    try {
      const answer = await fetch(screen.dataset.url, { cache: "no-store", signal: stop.signal });
      if (answer.status === 410 || answer.status === 404) return { gone: true };
      if (!answer.ok) throw new Error(answer.status);
      return await answer.json();
    } finally {
      clearTimeout(patience);
    }
  }

  async function next() {
    if (asking) return;
    asking = true;
    try {
      const found = await ask();
      if (found.gone) {
        screen.dataset.state = "gone";
        later(GONE_AGAIN_MS);
        return;
      }
      code.src = found.image;
      holdsUntil = Date.now() + found.holds_ms;
      screen.dataset.state = "live";
      later(found.ends_in_ms + 100);
    } catch {
      if (Date.now() > holdsUntil && screen.dataset.state === "live") screen.dataset.state = "away";
      later(AGAIN_MS);
    } finally {
      asking = false;
    }
  }

  // Else the tablet would go dark. Only over https, and only as long as the page is in front.
  async function stayAwake() {
    try {
      if (navigator.wakeLock) await navigator.wakeLock.request("screen");
    } catch {
      // the tablet's own setting decides
    }
  }

  function wake() {
    if (document.hidden) return;
    if (Date.now() > holdsUntil && screen.dataset.state === "live") screen.dataset.state = "away"; // a code from before it slept
    stayAwake();
    next();
  }

  document.addEventListener("visibilitychange", wake);
  addEventListener("online", wake);
  addEventListener("pageshow", (event) => { if (event.persisted) wake(); });
  stayAwake();
  later(Number(screen.dataset.endsInMs) + 100);
})();

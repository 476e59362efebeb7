/* The button that plays the hours of the week. */
"use strict";

/** `step` shows the next hour; it is called at once and then every so many milliseconds, until the button is pressed again. */
planner.playing = (everyMs, step) => {
  const button = document.getElementById("play");
  let timer = null;
  const tell = () => {
    button.setAttribute("aria-pressed", String(timer !== null));
    document.getElementById("play-label").textContent = timer === null ? gettext("Play") : gettext("Pause");
  };
  const stop = () => {
    clearInterval(timer);
    timer = null;
    tell();
  };
  button.addEventListener("click", () => {
    if (timer !== null) { stop(); return; }
    timer = setInterval(step, everyMs);
    tell();
    step();
  });
  return { stop };
};

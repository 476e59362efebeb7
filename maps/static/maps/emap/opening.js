/* Whether a station is open, and the words for it. The server sends spans of time; here they are only compared. */
"use strict";

jieli.opening = (() => {
  const SHANGHAI = 8 * 3600; // no daylight saving time
  const DAY = 86400;

  const holding = (spans, now) => (spans || []).find(([start, end]) => start <= now && now < end);

  /** "open", "closed" or "unknown" at `now` (seconds since 1970). */
  const state = (station, now) => {
    if (holding(station.closed, now)) return "closed";
    if (station.spans === null) return "unknown";
    if (holding(station.spans, now)) return "open";
    return holding(station.unknown, now) ? "unknown" : "closed";
  };

  /** 17:00, tomorrow 9:00 or Wed 9:00. */
  const moment = (at, now) => {
    const local = new Date((at + SHANGHAI) * 1000);
    const minutes = String(local.getUTCMinutes()).padStart(2, "0");
    const clock = `${local.getUTCHours()}:${minutes}`;
    const days = Math.floor((at + SHANGHAI) / DAY) - Math.floor((now + SHANGHAI) / DAY);
    if (days === 0) return clock;
    if (days === 1 && clock === "0:00") return "24:00";
    if (days === 1) return interpolate(gettext("tomorrow %s"), [clock]);
    const names = [gettext("Sun"), gettext("Mon"), gettext("Tue"), gettext("Wed"), gettext("Thu"), gettext("Fri"), gettext("Sat")];
    return `${names[local.getUTCDay()]} ${clock}`;
  };

  /** The state in words; `until` is the end of the time that the data speak of. */
  const words = (station, now, until) => {
    const closure = holding(station.closed, now);
    if (state(station, now) === "unknown") return gettext("Hours unknown, please call first");
    const current = holding(station.spans, now);
    if (current && current[1] >= until) return gettext("Open now, day and night");
    if (current) return interpolate(gettext("Open now, closes %s"), [moment(current[1], now)]);
    const coming = (station.spans || []).find(([start]) => start > now);
    if (coming) return interpolate(gettext("Closed, opens %s"), [moment(coming[0], now)]);
    return closure ? gettext("Closed for the time being") : gettext("Closed");
  };

  return { state, words, holding };
})();

/* One tap on an occupation checks in: kept on the phone first, then sent. Without this script the form does the same. */
/* global sending */
(function () {
  "use strict";

  var SWITCH = "jieli.position";
  var FRESH = 120000; // ms that a position serves
  var config = JSON.parse(document.getElementById("check-in-config").textContent);
  var words = config.words;
  var form = document.getElementById("check-in");
  var buttons = [].slice.call(form.querySelectorAll("button"));
  var chooser = document.getElementById("position");
  var found = null, is_looking = false, looking = [];

  if (!window.crypto || !crypto.getRandomValues) return;

  function part(name) {
    return document.getElementById(name);
  }

  /** A random UUID (version 4). crypto.randomUUID is missing in older browsers, and without https. */
  function uuid() {
    var bytes = new Uint8Array(16), text = "", n;
    crypto.getRandomValues(bytes);
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    for (n = 0; n < 16; n += 1) {
      text += (n === 4 || n === 6 || n === 8 || n === 10 ? "-" : "") + (256 + bytes[n]).toString(16).slice(1);
    }
    return text;
  }

  /* The position: asked for only while the switch is on, and never waited for longer than a few seconds. */

  function look() {
    is_looking = true;
    part("position-note").textContent = words.locating;
    navigator.geolocation.getCurrentPosition(function (at) {
      found = { at: Date.now(), position: {
        lon: at.coords.longitude, lat: at.coords.latitude, accuracy_m: at.coords.accuracy, datum: "wgs84",
      } };
      looked(words.located);
    }, function () {
      looked(words.not_located);
    }, { enableHighAccuracy: true, timeout: 20000, maximumAge: 30000 });
  }

  function looked(text) {
    is_looking = false;
    if (chooser.checked) part("position-note").textContent = text;
    looking.splice(0).forEach(function (waiting) { waiting(); });
  }

  /** `go(position or null)`, after `config.position_limit` ms at the latest. */
  function locate(go) {
    var gone = false;
    function once() {
      if (gone) return;
      gone = true;
      go(found && chooser.checked ? found.position : null);
    }
    if (!chooser.checked || !navigator.geolocation || (found && Date.now() - found.at < FRESH)) return once();
    found = null;
    looking.push(once);
    window.setTimeout(once, config.position_limit);
    if (!is_looking) look();
    return undefined;
  }

  function remember(name, value) {
    try {
      localStorage.setItem(name, value);
    } catch (error) { /* then it is asked again next time */ }
  }

  function remembered(name) {
    try {
      return localStorage.getItem(name);
    } catch (error) {
      return null;
    }
  }

  function switched() {
    remember(SWITCH, chooser.checked ? "on" : "");
    part("position-note").textContent = chooser.checked && !navigator.geolocation ? words.not_located : note;
    if (chooser.checked && navigator.geolocation && !is_looking) look();
  }

  /* The check-in */

  function checkIn(button) {
    var made_at = new Date();
    var item = {
      id: uuid(), code: config.code, made_at: made_at.toISOString(), occupation: button.value, ticket: config.ticket,
    };
    buttons.forEach(function (one) { one.disabled = true; });
    button.classList.add("tapped");
    button.setAttribute("aria-busy", "true");
    part("problem").hidden = true;
    document.cookie = config.cookie + "=" + item.occupation + "; max-age=31536000; samesite=lax; path=" + config.path;
    sending.keep(item); // before anything that may take its time: the page may be closed meanwhile
    locate(function (position) {
      if (position) item.position = position;
      send(item, made_at, sending.keep(item));
    });
  }

  function send(item, made_at, is_kept) {
    var body = JSON.parse(JSON.stringify(item));
    sending.post(config.address, body, function (status, answer) {
      if (status === 200 || status === 201) {
        sending.forget(item.id);
        thank(item, made_at, answer);
      } else if (status === 410) {
        sending.forget(item.id);
        window.location.reload(); // to the page that says what to do
      } else if (status === 400 || status === 409 || status === 422) {
        sending.forget(item.id);
        again(answer.detail || words.refused);
      } else {
        sending.onAnswer(item.id, function (later) {
          if (later.status === 200 || later.status === 201) thank(item, made_at, later);
        });
        after(item, made_at, "kept", is_kept ? words.kept : words.not_kept, false);
        sending.later();
      }
    });
  }

  function thank(item, made_at, answer) {
    var note = words.not_counted[answer.set_aside] || words.evidence[answer.grade];
    if (!note && item.position) note = words.position_did_not_help;
    after(item, made_at, answer.set_aside ? "noted" : "counted", note || "", !answer.set_aside);
    if (window.history.replaceState) window.history.replaceState(null, "", config.done.replace("%s", item.id));
  }

  /** What was recorded, and below it what the station offers. An opinion is asked for where there is a visit to add it to. */
  function after(item, made_at, state, note, is_counted) {
    var opinion = part("opinion"), fault = part("fault");
    part("thanks").className = "thanks " + state;
    part("thanks-title").textContent = words.titles[state];
    part("thanks-facts").textContent =
      sending.two(made_at.getHours()) + ":" + sending.two(made_at.getMinutes()) + " · " + words.occupations[item.occupation];
    part("thanks-note").textContent = note;
    part("thanks-note").hidden = !note;
    if (opinion) {
      opinion.hidden = !is_counted;
      opinion.action = config.done.replace("%s", item.id) + "opinion/";
    }
    if (fault) fault.querySelector("input[name=visit]").value = state === "kept" ? "" : item.id;
    part("before").hidden = true;
    part("after").hidden = false;
    part("thanks").focus();
    window.scrollTo(0, 0);
  }

  function again(text) {
    buttons.forEach(function (one) {
      one.disabled = false;
      one.classList.remove("tapped");
      one.removeAttribute("aria-busy");
    });
    part("problem").textContent = text;
    part("problem").hidden = false;
  }

  var note = part("position-note").textContent;
  chooser.checked = remembered(SWITCH) === "on";
  if (chooser.checked) switched();
  chooser.addEventListener("change", switched);
  form.addEventListener("click", function (event) {
    if (event.target.nodeName !== "BUTTON") return;
    event.preventDefault();
    checkIn(event.target);
  });
})();

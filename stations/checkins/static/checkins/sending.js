/* Check-ins that could not be sent are kept on the phone and sent later. On every page under /q/.
   In the JavaScript of 2009, which every phone's browser reads; nothing else is needed of it. */
(function () {
  "use strict";

  var PREFIX = "jieli.check-in."; // a key for each, so that two tabs never write over each other's
  var AT_ONCE = 100;
  var PATIENCE = 10000; // ms that an answer may take
  var SHORTEST = 5, LONGEST = 300; // seconds between two tries
  var area = document.getElementById("queue");
  var words = JSON.parse(document.getElementById("sending-words").textContent);
  var unkept = {}; // where the browser keeps nothing: until the page is left
  var listeners = {};
  var wait = SHORTEST;
  var timer = null, busy = false, single = false, sent = 0;

  /** Keep a check-in until it is answered. False where it lives only as long as this page. */
  function keep(item) {
    try {
      localStorage.setItem(PREFIX + item.id, JSON.stringify(item));
      delete unkept[item.id];
      return true;
    } catch (error) {
      unkept[item.id] = item;
      return false;
    }
  }

  function forget(id) {
    delete unkept[id];
    try {
      localStorage.removeItem(PREFIX + id);
    } catch (error) { /* it never kept anything */ }
  }

  /** All that wait, the oldest first. */
  function kept() {
    var found = [], id, key, n, names = [];
    for (id in unkept) found.push(unkept[id]);
    try {
      for (n = 0; n < localStorage.length; n += 1) {
        key = localStorage.key(n);
        if (key.indexOf(PREFIX) === 0) names.push(key);
      }
      names.forEach(function (name) {
        var item = read(localStorage.getItem(name));
        if (item && item.id === name.slice(PREFIX.length)) found.push(item);
        else localStorage.removeItem(name);
      });
    } catch (error) { /* it never kept anything */ }
    return found.sort(function (a, b) { return String(a.made_at) < String(b.made_at) ? -1 : 1; });
  }

  function read(text) {
    try {
      return JSON.parse(text);
    } catch (error) {
      return null;
    }
  }

  /** POST it: `answered(status, answer, seconds to wait)`, with status 0 where nobody understandable answered. */
  function post(address, body, answered) {
    var request = new XMLHttpRequest();
    request.open("POST", address);
    request.timeout = PATIENCE;
    request.setRequestHeader("Content-Type", "application/json");
    request.setRequestHeader("Accept", "application/json");
    request.onload = function () {
      var answer = read(request.responseText);
      // a network that wants a sign-in first answers for us, with a page of its own
      answered(answer ? request.status : 0, answer, Number(request.getResponseHeader("Retry-After")) || 0);
    };
    request.onerror = request.ontimeout = request.onabort = function () { answered(0, null, 0); };
    body.sent_at = new Date().toISOString();
    request.send(JSON.stringify(body));
  }

  /** Send what waits; called at every occasion, and again by a timer. */
  function flush() {
    var items;
    window.clearTimeout(timer);
    if (busy) return;
    items = kept().slice(0, single ? 1 : AT_ONCE);
    tell();
    if (!items.length) return;
    busy = true;
    post(area.getAttribute("data-batch"), { check_ins: items }, function (status, answer, seconds) {
      busy = false;
      if (status === 200 && answer.answers) {
        single = false;
        wait = SHORTEST;
        if (answer.answers.map(settle(items)).some(Boolean)) return flush();
      } else if ((status === 400 || status === 413 || status === 422) && items.length > 1) {
        single = true; // one that nobody can read must not hold up the others
        return flush();
      } else if (status === 400 || status === 413 || status === 422) {
        single = false;
        settle(items)({ status: 400 }, 0);
        return flush();
      }
      later(seconds);
    });
  }

  /** For each answer, which come in the order of what was sent: true where the check-in needs no more sending. */
  function settle(items) {
    return function (answer, n) {
      var item = items[n];
      var taken = answer.status === 200 || answer.status === 201;
      var refused = [400, 409, 410, 422].indexOf(answer.status) >= 0;
      if (!item || !(taken || refused)) return false;
      forget(item.id);
      if (taken) sent += 1;
      else say(words.not_taken.replace("%s", moment(item.made_at)) + " " + words[answer.faults ? 400 : answer.status]);
      if (listeners[item.id]) listeners[item.id](answer);
      return true;
    };
  }

  function later(seconds) {
    var chance = 0.8 + 0.4 * Math.random(); // a whole city's phones do not knock at once
    timer = window.setTimeout(flush, Math.max(seconds, wait * chance) * 1000);
    wait = Math.min(2 * wait, LONGEST);
  }

  function soon() {
    wait = SHORTEST;
    flush();
  }

  function tell() {
    var waiting = kept().length;
    line("sent", sent === 1 ? words.sent_one : words.sent_many.replace("%s", sent), sent);
    line("waiting", waiting === 1 ? words.waiting_one : words.waiting_many.replace("%s", waiting), waiting);
  }

  function line(name, text, shown) {
    var found = area.querySelector("." + name);
    if (!shown) return found && area.removeChild(found);
    found = found || area.appendChild(document.createElement("p"));
    found.className = name;
    if (found.textContent !== text) found.textContent = text;
    return found;
  }

  function say(text) {
    area.appendChild(document.createElement("p")).textContent = text;
  }

  function two(number) {
    return number < 10 ? "0" + number : String(number);
  }

  function moment(text) {
    var at = new Date(text);
    if (isNaN(at)) return "?";
    return at.getMonth() + 1 + "-" + at.getDate() + " " + two(at.getHours()) + ":" + two(at.getMinutes());
  }

  window.addEventListener("online", soon);
  window.addEventListener("pageshow", soon);
  document.addEventListener("visibilitychange", function () {
    if (!document.hidden) soon();
  });

  window.sending = {
    keep: keep,
    forget: forget,
    post: post,
    later: function () { tell(); later(0); },
    onAnswer: function (id, listener) { listeners[id] = listener; },
    two: two,
  };
})();

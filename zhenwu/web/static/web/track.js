// A walk is followed on the phone while somebody goes along: the browser's own positions, kept here until the form takes them (decision 0040).
// Nothing is sent while walking; what is submitted goes the way of every form that may wait (kept.js). Beside it: what is known of the thing
// that was chosen is filled in.
"use strict";
(() => {
  const board = document.getElementById("walk");
  if (!board) return;
  const KEY = `zhenwu-walk ${location.pathname}`, EARTH = 6378137, EE = 0.0066943800229; // metres; eccentricity squared (CGCS2000)
  const NEAR = 5, SOME = 30, WRONG = 100, BACK = 200, MOST = 4000; // metres, seconds, metres of error, metres, points
  const { person, track, minutes, metres, clock, link, name } = board.dataset;
  const form = board.closest("form"), same = JSON.parse(document.getElementById("walk-same")?.textContent || "{}");
  const input = (field) => field && form.elements[field];
  let walk = read(), watching = null, lock = null, told = "", shown = 0;

  // -- what lies on this phone ---------------------------------------------------------------------------------------------------------
  function read() {
    try {
      const kept = JSON.parse(localStorage.getItem(KEY));
      return kept && kept.person === person && Date.now() - kept.began < 24 * 3600 * 1000 ? kept : null;
    } catch { return null; }
  }
  function keep() {
    try { if (walk) localStorage.setItem(KEY, JSON.stringify(walk)); else localStorage.removeItem(KEY); }
    catch { told = "这部手机存不下了，请不要关掉这一页，走完就提交。"; }
  }

  // -- measuring: as the server does, which has the last word ---------------------------------------------------------------------------
  const radians = (degrees) => (degrees * Math.PI) / 180;
  function apart([x, y], [u, v]) {
    const middle = radians((y + v) / 2), bent = 1 - EE * Math.sin(middle) ** 2;
    return Math.hypot(radians(u - x) * (EARTH / Math.sqrt(bent)) * Math.cos(middle), radians(v - y) * ((EARTH * (1 - EE)) / (bent * Math.sqrt(bent))));
  }
  const far = () => walk.points.reduce((sum, point, n) => sum + (n ? apart(walk.points[n - 1], point) : 0), 0);
  const spent = (at = Date.now()) => Math.max(0, Math.round((walk.spent + (walk.state === "on" ? at - walk.since : 0)) / 1000));
  const words = () => `${Math.floor(spent() / 60)} 分 ${spent() % 60} 秒，约 ${Math.round(far())} 米`;

  // -- following -------------------------------------------------------------------------------------------------------------------------
  function follow() {
    if (!navigator.geolocation) { told = "这个浏览器不能定位。用时和走了多远请手填，照样算数。"; walk = null; keep(); return show(); }
    if (watching === null) watching = navigator.geolocation.watchPosition(take, lost, { enableHighAccuracy: true, maximumAge: 0, timeout: 30000 });
    if (navigator.wakeLock) navigator.wakeLock.request("screen").then((one) => { lock = one; }, () => {});
  }
  function rest() {
    if (watching !== null) navigator.geolocation.clearWatch(watching);
    if (lock) lock.release().catch(() => {});
    [watching, lock] = [null, null];
  }
  function take({ coords }) {
    if (!walk || walk.state !== "on") return;
    if (coords.accuracy > WRONG) { told = "现在定位不准，到开阔一点的地方就好。"; return show(); }
    const here = [Number(coords.longitude.toFixed(6)), Number(coords.latitude.toFixed(6)), spent()], before = walk.points[walk.points.length - 1];
    if (before && here[2] <= walk.until && apart(before, here) > BACK) { // for some seconds: the first position may be an old one
      pause();
      told = `这里离暂停的地方有 ${Math.round(apart(before, here))} 米。回到原处再按“继续”；或者按“结束”，这里另记一次。`;
      return show();
    }
    told = "";
    if (!before || apart(before, here) >= NEAR || here[2] - before[2] >= SOME) walk.points.push(here);
    if (walk.points.length > MOST) walk.points = walk.points.filter((_, n) => !(n % 2) || n === walk.points.length - 1);
    keep();
    show();
  }
  function lost(error) {
    told = error.code === 1 ? "浏览器没有允许定位，轨迹记不了。用时和走了多远请手填，照样算数；要记轨迹的，在浏览器设置里允许本站定位（网址要以 https 开头），再按“开始”。" : "一时定不了位，到开阔一点的地方等一等。一直定不了的，按“结束”，用时和走了多远手填。";
    if (error.code === 1) { rest(); if (walk && !walk.points.length) walk = null; else if (walk) pause(); keep(); }
    show();
  }

  // -- what is pressed --------------------------------------------------------------------------------------------------------------------
  function start() {
    walk = { person, began: Date.now(), since: Date.now(), spent: 0, state: "on", points: [], link: link ? input(link).value : "" };
    told = "";
    keep();
    follow();
    show();
  }
  function pause() { walk.spent += Date.now() - walk.since; walk.state = "paused"; rest(); keep(); show(); }
  function resume() { Object.assign(walk, { state: "on", since: Date.now(), until: spent() + SOME }); told = ""; keep(); follow(); show(); }
  function finish() {
    if (walk.state === "on") pause();
    if (walk.points.length < 2 || far() < 1) { told = "没有记到轨迹。用时和走了多远请手填，照样算数。"; set(minutes, String(Math.max(1, Math.floor(spent() / 60)))); walk = null; keep(); return show(); }
    walk.points[walk.points.length - 1][2] = Math.max(walk.points[walk.points.length - 1][2], spent());
    walk.state = "done";
    keep();
    fill();
    show();
  }
  function drop(pressed) {
    if (!pressed.dataset.asked) { pressed.dataset.asked = "1"; pressed.textContent = "确实不要了，再按一次"; return; }
    rest();
    walk = null;
    keep();
    for (const field of [track, minutes, metres]) set(field, "");
    told = "";
    show();
  }

  // -- into the form ------------------------------------------------------------------------------------------------------------------------
  function set(field, value, onlyEmpty = false) { const one = input(field); if (one && (!onlyEmpty || !one.value)) one.value = value; }
  function fill() {
    const at = new Date(walk.began), two = (number) => String(number).padStart(2, "0"), day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
    set(track, walk.points.map((point) => `${point[0].toFixed(6)},${point[1].toFixed(6)},${point[2]}`).join("; "));
    set(minutes, String(Math.floor(spent() / 60)));
    set(metres, String(Math.round(far())));
    set("day", day);
    set(clock, `${two(at.getHours())}:${two(at.getMinutes())}`, true);
    set(name, `${day}-${two(at.getHours())}${two(at.getMinutes())}`, true);
    if (walk.link) set(link, walk.link, true);
    alike();
  }
  function alike() { // what the thing says itself is not asked again
    const known = link && input(link) && same[input(link).value];
    for (const [field, value] of Object.entries(known || {})) set(field, value, true);
  }

  // -- what the page says -------------------------------------------------------------------------------------------------------------------
  const element = (tag, text, more = {}) => Object.assign(document.createElement(tag), { textContent: text, ...more });
  const button = (text, pressed, main = false) => { const one = element("button", text, { type: "button", className: main ? "main" : "" }); one.addEventListener("click", () => pressed(one)); return one; };
  const line = element("p", "", { className: "lead", role: "status" }), more = element("p", "", { className: "hint" }), buttons = element("p", "", { className: "buttons" });

  function show() {
    const state = walk ? walk.state : "none";
    line.textContent = { none: "在手机上跟着走一趟，用时和走了多远不用填。", on: `正在记：${walk ? words() : ""}`, paused: `暂停了：${walk ? words() : ""}`, done: `走完了：${walk ? words() : ""}。下面填好发现了什么，提交。` }[state];
    more.textContent = told || { none: "先在下面选好对象，再按“开始”，浏览器会问能不能定位。走的时候什么也不发出去，提交了才报上。不用轨迹的，下面手填。", on: "屏幕亮着才跟得上，锁了屏中间那一段按直线算。没有信号也记，记在这部手机上。", paused: "", done: "" }[state];
    if (shown !== state) {
      buttons.replaceChildren(...{
        none: [button("开始", start, true)], on: [button("暂停", pause), button("结束", finish, true)], paused: [button("继续", resume), button("结束", finish, true), button("不要这次的轨迹", drop)], done: [button("不要这次的轨迹", drop)],
      }[state]);
      shown = state;
    }
    for (const field of [track, minutes, metres]) if (input(field)) input(field).closest(".control").hidden = Boolean(walk); // said above
  }

  board.append(element("h2", "记轨迹"), line, more, buttons);
  board.hidden = false;
  if (link && input(link)) input(link).addEventListener("change", () => { if (walk && walk.state !== "done") { walk.link = input(link).value; keep(); } alike(); });
  form.addEventListener("submit", () => { // whoever submits has arrived; without kept.js nobody says whether it was saved
    if (walk && walk.state !== "done") finish();
    if (walk) { walk.sent = true; keep(); }
  });
  document.addEventListener("zhenwu-kept", () => { rest(); walk = null; keep(); told = ""; show(); }); // the form was taken over: it starts anew
  if (walk) {
    if (walk.link) set(link, walk.link, true);
    if (walk.state === "on") follow();
    if (walk.state === "done") fill();
    if (walk.sent) told = "这条轨迹提交过一次。已经保存了的，按“不要这次的轨迹”。";
  }
  alike();
  setInterval(() => { if (walk && walk.state === "on") show(); }, 1000);
  show();
})();

(() => {
"use strict";

// All data are put into the page as text, never as HTML. The page has no powers of its own:
// it sends what anybody could send with curl, with the credentials of the browser.

const POLL = 1200;
const TIMEOUT = 8000;
const LONG_TIMEOUT = 90000;
const PAGE = 500;
const LARGE_PAGE = 1000;
const REFRESH_ALL = 15000;
const AUTO_CHECK_LIMIT = 300;
const LIST_LIMIT = 200;
const HISTORY_STEP = 20;
const OVERSCAN = 12;

const byId = (id) => document.getElementById(id);
const settings = JSON.parse(byId("settings").textContent);
const messages = JSON.parse(byId("messages").textContent);

const state = {
	language: "en",
	base: "",
	csrf: settings.csrf,
	clockOffset: 0,
	namespace: null,
	status: null,
	statusAt: null,
	lostSince: null,
	refused: false,
	denied: {},
	services: {},
	servicesAt: 0,
	round: 0,
	complete: false,
	large: false,
	preflight: {},
	checking: false,
	history: [],
	historyShown: HISTORY_STEP,
	snapshots: null,
	detector: null,
	changeKey: null,
	sort: { key: "name", descending: false },
	search: "",
	filter: "all",
	rows: [],
	rowElements: new Map(),
	rendered: {},
	polls: 0
};

// ---------------------------------------------------------------- text

function text(key, ...values) {
	const message = messages[state.language][key] ?? messages.en[key] ?? key;
	return message.replace(/\{(\d)\}/g, (match, index) => String(values[index] ?? ""));
}

/** The message for one, or for many. */
function plural(key, count, ...values) {
	return text(count === 1 ? key + ".one" : key + ".many", count, ...values);
}

function element(name, attributes, ...children) {
	const created = document.createElement(name);
	for (const [key, value] of Object.entries(attributes ?? {})) {
		if (value === null || value === undefined || value === false) {
			continue;
		}
		if (key === "onclick") {
			created.addEventListener("click", value);
		}
		else if (key === "class") {
			created.className = value;
		}
		else {
			created.setAttribute(key, value === true ? "" : String(value));
		}
	}
	append(created, children);
	return created;
}

function append(parent, children) {
	for (const child of children.flat(3)) {
		if (child !== null && child !== undefined && child !== false && child !== "") {
			parent.append(child instanceof Node ? child : document.createTextNode(String(child)));
		}
	}
}

/** Replaces the content of an element and leaves the focus where it was. */
function replace(parent, ...children) {
	const focused = parent.contains(document.activeElement) ? document.activeElement.id : "";
	const open = [...parent.querySelectorAll("details[open][id]")].map((it) => it.id);
	parent.replaceChildren();
	append(parent, children);
	for (const id of open) {
		byId(id)?.setAttribute("open", "");
	}
	if (focused) {
		byId(focused)?.focus();
	}
}

/** Calls a function only if what it shows has changed. */
function render(name, shown, draw) {
	const key = state.language + JSON.stringify(shown);
	if (state.rendered[name] !== key) {
		state.rendered[name] = key;
		draw();
	}
}

/** What the application says, which is English always. */
function said(value, attributes) {
	return element("span", { lang: "en", ...attributes }, value);
}

function now() {
	return Date.now() + state.clockOffset;
}

function clock(instant) {
	const date = new Date(instant);
	const sameDay = date.toDateString() === new Date(now()).toDateString();
	return new Intl.DateTimeFormat(locale(), sameDay ? { timeStyle: "medium" }
		: { dateStyle: "medium", timeStyle: "medium" }).format(date);
}

function locale() {
	return state.language === "zh" ? "zh-CN" : "en-GB";
}

function relative(instant) {
	const seconds = Math.round((new Date(instant).getTime() - now()) / 1000);
	const format = new Intl.RelativeTimeFormat(locale(), { numeric: "auto" });
	for (const [unit, size] of [["day", 86400], ["hour", 3600], ["minute", 60]]) {
		if (Math.abs(seconds) >= size) {
			return format.format(Math.trunc(seconds / size), unit);
		}
	}
	return format.format(seconds, "second");
}

/** A point in time that keeps saying how long ago it is. */
function time(instant) {
	return element("time", { datetime: instant, "data-at": instant, title: new Date(instant).toISOString() },
		clock(instant) + " (" + relative(instant) + ")");
}

function refreshTimes() {
	for (const shown of document.querySelectorAll("time[data-at]")) {
		const value = clock(shown.dataset.at) + " (" + relative(shown.dataset.at) + ")";
		if (shown.textContent !== value) {
			shown.textContent = value;
		}
	}
}

function seconds(duration) {
	const match = /^P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?$/.exec(duration ?? "");
	return match ? (+(match[1] ?? 0)) * 86400 + (+(match[2] ?? 0)) * 3600 + (+(match[3] ?? 0)) * 60 + (+(match[4] ?? 0))
		: null;
}

function span(length) {
	if (length === null || length === undefined || Number.isNaN(length)) {
		return "–";
	}
	const rounded = Math.max(0, Math.floor(length));
	if (rounded < 60) {
		return text("span.seconds", rounded);
	}
	if (rounded < 3600) {
		return text("span.minutes", Math.floor(rounded / 60));
	}
	if (rounded < 86400) {
		return text("span.hours", Math.floor(rounded / 3600)) + rest("span.minutes", Math.floor(rounded % 3600 / 60));
	}
	return text("span.days", Math.floor(rounded / 86400)) + rest("span.hours", Math.floor(rounded % 86400 / 3600));
}

function rest(key, count) {
	return count > 0 ? " " + text(key, count) : "";
}

function shortName(service) {
	return service.startsWith("DEFAULT_GROUP@@") ? service.substring(15) : service;
}

/** A list that stays short. */
function names(values, id) {
	const shown = values.slice(0, LIST_LIMIT);
	const list = element("ul", { class: "names" }, shown.map((it) => element("li", {}, it instanceof Node ? it : said(it))),
		values.length > shown.length && element("li", {}, text("more", values.length - shown.length)));
	return values.length <= 3 ? list
		: element("details", { id }, element("summary", {}, text("list", values.length)), list);
}

// ---------------------------------------------------------------- requests

/** The base path of the endpoints, from where the page itself is. */
function findBase() {
	const own = settings.endpoints?.nacosfailoverconsole?.path ?? "nacosfailoverconsole";
	const path = location.pathname.replace(/\/+$/, "");
	if (path.endsWith("/" + own)) {
		return path.substring(0, path.length - own.length - 1);
	}
	return path.split("/").slice(0, -own.split("/").length).join("/");
}

function url(endpoint, names, query) {
	const root = settings.endpoints?.[endpoint]?.path ?? endpoint;
	const path = [state.base, ...root.split("/"), ...(names ?? []).map(encodeURIComponent)].join("/");
	const parameters = new URLSearchParams(Object.entries(query ?? {}).filter(([, value]) => value !== null
		&& value !== undefined)).toString();
	return path + (parameters === "" ? "" : "?" + parameters);
}

async function get(address, timeout) {
	return exchange("GET", address, undefined, {}, timeout ?? TIMEOUT);
}

async function exchange(method, address, body, headers, timeout) {
	const abort = new AbortController();
	const timer = setTimeout(() => abort.abort(), timeout);
	try {
		const response = await fetch(address, {
			method,
			headers: { "Accept": "application/json", "X-Requested-With": "XMLHttpRequest", ...headers },
			body,
			credentials: "same-origin",
			cache: "no-store",
			redirect: "manual",
			signal: abort.signal
		});
		// A redirect leads to a form to log in.
		const status = response.type === "opaqueredirect" ? 401 : response.status;
		const date = Date.parse(response.headers.get("Date") ?? "");
		if (!Number.isNaN(date) && Math.abs(date - Date.now()) > 5000) {
			state.clockOffset = date - Date.now();
		}
		const content = await response.text();
		let json = null;
		try {
			json = content ? JSON.parse(content) : null;
		}
		catch (ex) {
			// Not from the endpoint; the status says enough.
		}
		return { status, json };
	}
	catch (ex) {
		return { status: 0, json: null };
	}
	finally {
		clearTimeout(timer);
	}
}

function cookie(name) {
	for (const part of document.cookie.split(";")) {
		const [key, ...value] = part.trim().split("=");
		if (key === name) {
			return decodeURIComponent(value.join("="));
		}
	}
	return null;
}

/** What may be the token of Spring Security: the one in the page, and the one of a cookie. */
function tokens() {
	const found = [];
	const fromCookie = cookie("XSRF-TOKEN");
	if (state.csrf) {
		found.push({ [state.csrf.header]: state.csrf.value });
	}
	if (fromCookie) {
		found.push({ "X-XSRF-TOKEN": fromCookie });
	}
	return found;
}

/** Reads the token again, because a new session has a new one. */
async function refreshToken() {
	try {
		const page = await (await fetch(location.pathname, { credentials: "same-origin", cache: "no-store" })).text();
		const found = /<script type="application\/json" id="settings">(.*?)<\/script>/s.exec(page);
		state.csrf = found ? JSON.parse(found[1]).csrf : state.csrf;
	}
	catch (ex) {
		// The request that needs it says what is wrong.
	}
}

/** Sends what changes something. A 403 may be a token that has become stale. */
async function change(request) {
	const { method, address, body } = request;
	const content = body === undefined ? undefined : JSON.stringify(body);
	const headers = body === undefined ? {} : { "Content-Type": "application/json" };
	let answer = null;
	for (let round = 0; round < 2; round++) {
		const candidates = tokens();
		for (const token of candidates.length > 0 ? candidates : [{}]) {
			answer = await exchange(method, address, content, { ...headers, ...token }, LONG_TIMEOUT);
			if (answer.status !== 403) {
				return answer;
			}
		}
		if (round === 0) {
			await refreshToken();
			if (tokens().length === 0) {
				return answer;
			}
		}
	}
	return answer;
}

function curl(request) {
	const quote = (value) => "'" + value.replaceAll("'", "'\\''") + "'";
	const parts = ["curl -s"];
	if (request.method !== "POST") {
		parts.push("-X " + request.method);
	}
	if (request.body !== undefined) {
		parts.push("-H 'Content-Type: application/json' -d " + quote(JSON.stringify(request.body)));
	}
	parts.push(quote(location.origin + request.address));
	return parts.join(" ");
}

async function copy(field) {
	try {
		await navigator.clipboard.writeText(field.value);
	}
	catch (ex) {
		// Without TLS there is no clipboard.
		byId("action-command").open = true;
		field.focus();
		field.select();
		document.execCommand("copy");
	}
	announce(text("curl.copied"));
}

/** Why an answer is not what was asked for. */
function failure(answer, endpoint) {
	switch (answer.status) {
		case 0: return text(action.sending ? "error.notConfirmed" : "error.unreachable");
		case 401: return text("error.401");
		case 403: return text("error.403", endpoint);
		case 404: return answer.json?.message ? answer.json.message : text("error.404", endpoint);
		case 405: return text("error.405", endpoint);
		default: return answer.json?.message || (answer.json?.refused ?? []).join("; ") || text("error.other", answer.status);
	}
}

// ---------------------------------------------------------------- polling

async function poll() {
	if (document.hidden) {
		return;
	}
	// Of many services only the switch is read each time.
	const answer = await get(url("nacosfailover", [], { limit: state.large && state.servicesAt > 0 ? 1 : PAGE }));
	if (answer.status === 200 && answer.json?.namespaces) {
		found(answer.json);
		if (state.polls++ % 6 === 0) {
			refreshDetector();
		}
		if (state.polls % 12 === 0) {
			refreshHistory();
			refreshSnapshots();
		}
	}
	else {
		lost(answer);
	}
	drawConnection();
}

async function pollForever() {
	for (;;) {
		try {
			await poll();
		}
		catch (ex) {
			console.error(ex);
		}
		await new Promise((resolve) => {
			state.wake = resolve;
			setTimeout(resolve, POLL);
		});
	}
}

function found(status) {
	if (state.lostSince !== null) {
		announce(text("connection.back"));
		state.lostSince = null;
		state.servicesAt = 0;
	}
	byId("alert").hidden = true;
	state.refused = false;
	state.status = status;
	state.statusAt = Date.now();
	const namespaces = Object.keys(status.namespaces);
	if (state.namespace === null || !namespaces.includes(state.namespace)) {
		state.namespace = namespaces.find((it) => status.namespaces[it].enabled) ?? namespaces[0] ?? null;
	}
	takeServices(status);
	const changed = noticeChange(status);
	drawStatus();
	// Many rows are drawn again with their pages, not with each look at the switch.
	if (changed || !state.large) {
		drawServices();
	}
}

function lost(answer) {
	if (state.lostSince === null && answer.status === 0) {
		state.lostSince = Date.now();
		announce(text("connection.lost", clock(state.lostSince)));
	}
	const alert = byId("alert");
	if (answer.status !== 0) {
		state.lostSince = null;
		state.refused = true;
		const problem = failure(answer, "nacosfailover");
		if (alert.hidden || alert.textContent !== problem) {
			alert.textContent = problem;
			alert.hidden = false;
		}
		if (state.status === null) {
			byId("sentence").textContent = text("unknown");
		}
	}
}

/** What others have changed is announced, and what belongs to it is read again. */
function noticeChange(status) {
	const key = JSON.stringify(Object.entries(status.namespaces).map(([name, it]) => [name, it.serverStatus, it.enabled, it.switch.at,
		it.switch.by, it.switch.reason, it.switch.until, it.exceptions, it.whenSafe?.by, it.whenSafe?.until,
		it.drill?.at, it.drill?.outcome, it.stage?.state, it.stage?.since]));
	if (key === state.changeKey) {
		return false;
	}
	const first = state.changeKey === null;
	state.changeKey = key;
	if (!first) {
		state.servicesAt = 0;
	}
	refreshHistory();
	refreshSnapshots();
	refreshDetector();
	if (first) {
		if (Object.keys(services()).length <= AUTO_CHECK_LIMIT) {
			checkLive();
		}
		return true;
	}
	if (byId("action-dialog").open && !action.sending && !action.done) {
		action.stale();
	}
	const current = namespace();
	if (current) {
		announce(text("changed", sentence(current) + " " + server(current)));
	}
	if (Object.keys(services()).length <= AUTO_CHECK_LIMIT) {
		checkLive();
	}
	return true;
}

async function refreshHistory() {
	const answer = await get(url("nacosfailover", ["history"]));
	if (answer.status === 200 && answer.json?.history) {
		state.history = answer.json.history;
		drawHistory();
	}
}

async function refreshSnapshots() {
	const answer = await get(url("nacosfailoversnapshots"));
	state.snapshots = answer.status === 200 ? answer.json : { error: failure(answer, "nacosfailoversnapshots") };
	if (answer.status !== 0) {
		drawSnapshots();
		drawServices();
	}
}

async function refreshDetector() {
	const answer = await get(url("nacosfailover", ["detector"]));
	if (answer.status !== 0) {
		state.detector = answer.status === 200 ? answer.json : null;
		drawDetector();
	}
}

/** Asks the server for the number of live instances of each service in use. */
async function checkLive() {
	if (state.checking || state.namespace === null) {
		return;
	}
	state.checking = true;
	drawCount();
	const answer = await get(url("nacosfailover", ["preflight"], { namespace: state.namespace }), LONG_TIMEOUT);
	state.checking = false;
	if (answer.status === 200 && answer.json?.namespaces) {
		for (const [name, report] of Object.entries(answer.json.namespaces)) {
			state.preflight[name] = { at: answer.json.at, services: report.services };
		}
	}
	drawServices();
}

function announce(message) {
	const region = byId("announcement");
	region.textContent = clock(now()) + " " + message;
}

// ---------------------------------------------------------------- services

function namespace() {
	return state.status?.namespaces[state.namespace] ?? null;
}

function services() {
	return state.services[state.namespace] ?? {};
}

/** Takes the services of an answer, which are all of them or a page. */
function takeServices(status) {
	let more = false;
	for (const [name, it] of Object.entries(status.namespaces)) {
		if (!it.page || it.page.total <= Object.keys(it.services).length) {
			state.services[name] = it.services;
		}
		else {
			more = true;
			state.services[name] = Object.assign(state.services[name] ?? {}, it.services);
		}
	}
	state.large = more;
	state.complete = state.complete || !more;
	if (more && Date.now() - state.servicesAt > REFRESH_ALL) {
		state.servicesAt = Date.now();
		takeAllPages();
	}
}

/** Reads all pages of services. Those that are gone disappear at the end. */
async function takeAllPages() {
	const all = {};
	const round = ++state.round;
	for (let offset = 0, more = true; more; offset += LARGE_PAGE) {
		const answer = await get(url("nacosfailover", [], { limit: LARGE_PAGE, offset }));
		// A round that was begun later knows more.
		if (answer.status !== 200 || !answer.json?.namespaces || round !== state.round) {
			return;
		}
		more = false;
		for (const [name, it] of Object.entries(answer.json.namespaces)) {
			all[name] = Object.assign(all[name] ?? {}, it.services);
			state.services[name] = Object.assign(state.services[name] ?? {}, it.services);
			more ||= (it.page?.total ?? 0) > offset + LARGE_PAGE;
		}
		if (!state.complete) {
			drawServices();
		}
	}
	state.services = all;
	state.complete = true;
	drawServices();
}

function describe(name, it) {
	const checked = state.preflight[state.namespace]?.services?.[name];
	const evidence = it.detector?.evidence;
	const live = checked ? checked.liveHealthy : evidence ? evidence.live : undefined;
	const row = {
		name,
		service: it,
		servedFrom: it.servedFrom,
		backup: it.instances > 0 ? it.healthy : -1,
		live: live ?? -1,
		liveText: live === undefined ? "–" : live === null ? text("live.unknown")
			: checked ? live + "/" + (checked.live ?? "?") : String(live),
		age: it.modified ? now() - new Date(it.modified).getTime() : -1,
		liveness: it.liveness ? it.liveness.refused + it.liveness.silent : -1,
		notes: []
	};
	if (it.detector && it.detector.state !== "NORMAL") {
		row.notes.push(["bad", text("detector.state." + it.detector.state)]);
	}
	if (it.liveness && it.liveness.excluded.length > 0) {
		row.notes.push(["bad", plural("note.excluded", it.liveness.excluded.length)]);
	}
	if (it.instances === 0) {
		row.notes.push([it.enabled ? "bad" : "warn", text("note.noBackup")]);
	}
	else if (typeof live === "number" && live < it.healthy) {
		row.notes.push(["warn", text("note.fewer", live, it.healthy)]);
	}
	const exceptions = namespace()?.exceptions ?? {};
	if (name in exceptions) {
		row.notes.push(["faint", text(exceptions[name] ? "note.onByItself" : "note.offByItself")]);
	}
	if (state.kept?.has(state.namespace + " " + name)) {
		row.notes.push(["warn", text("note.kept")]);
	}
	if (state.manual?.has(state.namespace + " " + name)) {
		row.notes.push(["faint", text("note.manual")]);
	}
	row.problems = row.notes.filter(([level]) => level === "bad").length * 100
		+ row.notes.filter(([level]) => level === "warn").length;
	return row;
}

function matches(row) {
	switch (state.filter) {
		case "backup": return row.servedFrom === "failover" || row.servedFrom === "hold";
		case "problems": return row.problems > 0;
		case "missing": return row.service.instances === 0;
		default: return true;
	}
}

function drawServices() {
	const search = state.search.toLowerCase();
	const rows = [];
	for (const [name, it] of Object.entries(services())) {
		if (search && !name.toLowerCase().includes(search)) {
			continue;
		}
		const row = describe(name, it);
		if (matches(row)) {
			rows.push(row);
		}
	}
	const { key, descending } = state.sort;
	const sign = descending ? -1 : 1;
	rows.sort((a, b) => {
		const one = a[key] ?? "";
		const other = b[key] ?? "";
		return (one < other ? -sign : one > other ? sign : 0) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
	});
	state.rows = rows;
	drawCount();
	drawRows();
}

function drawCount() {
	const total = Object.keys(services()).length;
	const checked = state.preflight[state.namespace];
	const parts = [state.rows.length === total ? plural("services.count", total)
		: text("services.found", state.rows.length, total)];
	if (!state.complete) {
		parts.push(text("services.loading"));
	}
	parts.push(state.checking ? text("services.checking") : checked ? text("services.checked", clock(checked.at)) : "");
	const value = parts.filter(Boolean).join(" · ");
	if (byId("service-count").textContent !== value) {
		byId("service-count").textContent = value;
	}
}

function rowHeight() {
	return 2.25 * 15 + 1;
}

/** Only rows in view are in the document. Those that stay in view keep their elements. */
function drawRows() {
	const scroll = byId("service-scroll");
	const height = state.rowHeight ?? rowHeight();
	const visible = Math.ceil((scroll.clientHeight || 448) / height);
	const first = Math.max(0, Math.min(Math.floor(scroll.scrollTop / height) - OVERSCAN, state.rows.length - 1));
	const last = Math.min(state.rows.length, first + visible + 2 * OVERSCAN);
	const body = byId("service-rows");
	const elements = [spacer("top", first * height)];
	const kept = new Map();
	for (let index = first; index < last; index++) {
		const row = state.rows[index];
		const shown = state.rowElements.get(row.name) ?? newRow(row.name);
		fillRow(shown, row, index);
		kept.set(row.name, shown);
		elements.push(shown);
	}
	elements.push(spacer("bottom", (state.rows.length - last) * height));
	if (state.rows.length === 0) {
		elements.push(element("tr", {}, element("td", { colspan: 7 }, text("services.none"))));
	}
	state.rowElements = kept;
	arrange(body, elements, scroll);
	byId("service-table").setAttribute("aria-rowcount", state.rows.length + 1);
	if (!state.rowHeight && last > first) {
		const measured = elements[1].getBoundingClientRect().height;
		if (measured > 10) {
			state.rowHeight = measured;
		}
	}
}

/** Elements that stay are not touched, because an element that is moved loses the focus. */
function arrange(body, elements, otherwise) {
	const focused = body.contains(document.activeElement) ? document.activeElement : null;
	const wanted = new Set(elements);
	for (const it of [...body.children]) {
		if (!wanted.has(it)) {
			it.remove();
		}
	}
	let next = body.firstElementChild;
	for (const it of elements) {
		if (it === next) {
			next = next.nextElementSibling;
		}
		else {
			body.insertBefore(it, next);
		}
	}
	if (focused && document.activeElement !== focused) {
		(focused.isConnected ? focused : otherwise).focus({ preventScroll: true });
	}
}

const spacers = {};

function spacer(name, height) {
	spacers[name] ??= element("tr", { class: "spacer", "aria-hidden": "true" }, element("td", { colspan: 7 }));
	spacers[name].firstChild.style.height = Math.max(0, height) + "px";
	return spacers[name];
}

function newRow(name) {
	const button = element("button", { type: "button", class: "link", onclick: () => openDetail(name) });
	return element("tr", { "data-service": name }, element("td", {}, button),
		[1, 2, 3, 4, 5, 6].map(() => element("td", {})));
}

function fillRow(shown, row, index) {
	const it = row.service;
	const cells = shown.children;
	shown.setAttribute("aria-rowindex", index + 2);
	setText(cells[0].firstChild, shortName(row.name));
	cells[0].firstChild.title = row.name;
	setText(cells[1], served(it.servedFrom));
	cells[1].className = it.servedFrom === "failover" || it.servedFrom === "hold" ? "warn" : "";
	setText(cells[2], it.instances > 0 ? it.healthy + "/" + it.instances : text("none"));
	setText(cells[3], row.liveText);
	setText(cells[4], row.age >= 0 ? span(row.age / 1000) : "–");
	setText(cells[5], it.liveness ? text("liveness", it.liveness.answers, it.liveness.refused, it.liveness.silent) : "–");
	setText(cells[6], row.notes.map(([level, note]) => (level === "bad" ? "✖ " : level === "warn" ? "⚠ " : "")
		+ note).join(", ") || "✔");
	cells[6].className = row.problems >= 100 ? "bad" : row.problems > 0 ? "warn" : "";
	cells[6].title = cells[6].textContent;
}

function setText(target, value) {
	if (target.textContent !== value) {
		target.textContent = value;
	}
}

function served(from) {
	return text("served." + (from ?? "never"));
}

// ---------------------------------------------------------------- status

/** Who has switched what, why and until when, in one sentence. */
function sentence(current) {
	const it = current.switch;
	const parts = [text(current.enabled ? "sentence.on" : "sentence.off", state.namespace)];
	if (it.at) {
		parts.push(text("sentence.at", clock(it.at), relative(it.at)));
	}
	if (it.by) {
		parts.push(text("sentence.by", it.by));
	}
	if (it.reason) {
		parts.push(text("sentence.reason", it.reason));
	}
	if (current.enabled) {
		parts.push(it.until ? text("sentence.until", clock(it.until), relative(it.until)) : text("sentence.noEnd"));
		if (it.overdue) {
			parts.push(text("sentence.overdue"));
		}
	}
	return parts.join(text("sentence.separator")) + text("sentence.end");
}

function drawConnection() {
	const shown = byId("connection");
	if (state.lostSince !== null) {
		const alert = byId("alert");
		const problem = text("connection.lost", clock(state.lostSince))
			+ (state.statusAt ? " " + text("connection.old", clock(state.statusAt)) : "");
		if (alert.textContent !== problem || alert.hidden) {
			alert.textContent = problem;
			alert.hidden = false;
		}
		shown.dataset.state = "lost";
		setText(shown, "✖ " + text("connection.none"));
		shown.className = "bad";
	}
	else if (state.refused) {
		shown.dataset.state = "refused";
		setText(shown, "✖ " + text("connection.refused"));
		shown.className = "bad";
	}
	else if (state.statusAt) {
		shown.dataset.state = "connected";
		setText(shown, "● " + text("connection.live"));
		shown.className = "good";
	}
}

function drawNamespaces() {
	const all = Object.entries(state.status.namespaces);
	const nav = byId("namespaces");
	nav.hidden = all.length < 2;
	render("namespaces", [all.map(([name, it]) => [name, it.enabled]), state.namespace], () => replace(nav,
		all.map(([name, it]) => element("button", {
			type: "button", id: "namespace-" + name, "data-namespace": name, "aria-pressed": String(name === state.namespace),
			onclick: () => choose(name)
		}, name + ": " + text(it.enabled ? "on" : "off")), " ")));
}

function choose(name) {
	state.namespace = name;
	byId("service-scroll").scrollTop = 0;
	state.rowElements = new Map();
	drawAll();
	if (!state.preflight[name] && Object.keys(services()).length <= AUTO_CHECK_LIMIT) {
		checkLive();
	}
}

function fact(level, ...content) {
	const glyph = { good: "✔ ", warn: "⚠ ", bad: "✖ " }[level] ?? "";
	return element("li", { class: level }, glyph, content);
}

function drawStatus() {
	drawNamespaces();
	const current = namespace();
	const section = byId("status");
	if (!current) {
		byId("sentence").textContent = text("noNamespace");
		section.dataset.enabled = "unknown";
		drawAccess();
		return;
	}
	section.dataset.enabled = String(current.enabled);
	section.dataset.overdue = String(current.switch.overdue);
	document.title = (current.enabled ? "● " + text("on") : text("off")) + " – Nacos Failover";
	setText(byId("badge"), (current.enabled ? "● " : "○ ") + text(current.enabled ? "on" : "off"));
	byId("badge").className = "badge " + (current.enabled ? (current.switch.overdue ? "bad" : "warn") : "good");
	setText(byId("sentence"), sentence(current));
	byId("switch-on").hidden = current.enabled;
	byId("switch-off").hidden = !current.enabled;
	byId("switch-extend").hidden = !current.enabled;
	byId("stage-continue").hidden = current.stage?.state !== "running";
	byId("stage-stop").hidden = current.stage?.state !== "running" && current.stage?.state !== "going-back";
	byId("cancel-when-safe").hidden = !current.whenSafe || !current.enabled;
	byId("drill").hidden = current.enabled || current.drill?.outcome === "running";
	const counts = count(services());
	render("facts", [current.serverStatus, current.switch.findings, current.exceptions, current.include, current.exclude,
		current.sources, current.fleet, current.drill, current.whenSafe, current.stage, counts, state.namespace], () => {
		replace(byId("facts"), facts(current, counts));
	});
	render("problems", [current.problems, state.namespace], () => {
		const problems = byId("problems");
		problems.hidden = current.problems.length === 0;
		replace(problems, element("h3", { class: "bad" }, "✖ " + plural("problems", current.problems.length)),
			names(current.problems.map((it) => element("span", {}, element("code", {}, it.location), ": ", said(it.message))),
				"problem-list"));
	});
	drawAccess();
}

/** Where the next queries are answered from; also of services that were never asked for. */
function count(all) {
	const counts = { failover: 0, hold: 0, live: 0 };
	for (const it of Object.values(all)) {
		counts[it.servedFrom ?? (it.enabled && it.instances > 0 ? "failover" : "live")]++;
	}
	return counts;
}

function server(current) {
	return text("server." + current.serverStatus);
}

function facts(current, counts) {
	const list = [];
	list.push(fact({ UP: "good", DOWN: "bad" }[current.serverStatus] ?? "warn", server(current)));
	list.push(fact("", text("served.summary", counts.failover, counts.hold, counts.live)));
	if (current.fleet) {
		const { instances, applied, lagging } = current.fleet;
		list.push(element("li", { id: "fleet", class: applied < instances ? "warn" : "good" },
			(applied < instances ? "⚠ " : "✔ ") + text("fleet", applied, instances),
			lagging.length > 0 && [" ", text("fleet.lagging"), names(lagging, "lagging")]));
	}
	if (current.stage) {
		const it = current.stage;
		list.push(element("li", { id: "stage", "data-state": it.state, class: { running: "warn", done: "" }[it.state] ?? "bad" },
			"◔ " + text("stage." + it.state, text(it.enabled ? "on" : "off"), it.share, it.members.length, it.instances, it.by
				?? "–"), it.state === "running" && [text("stage.follow"), " ", time(it.until), "."],
			it.detail && [" ", said(it.detail)], it.state !== "done" && [" ", names(it.members, "members")]));
	}
	if (current.whenSafe) {
		const it = current.whenSafe;
		list.push(element("li", { id: "when-safe", class: "warn" }, "↩ " + text("whenSafe", it.by), " ",
			it.until && [text("whenSafe.until"), " ", time(it.until)], text("sentence.separator"), text("whenSafe.then"),
			it.reason && " " + text("because", it.reason), it.services && names(it.services, "when-safe-services"),
			it.waitingFor.length > 0 && [" " + text("whenSafe.waiting"), names(it.waitingFor, "waiting")]));
	}
	for (const finding of current.switch.findings) {
		list.push(fact("warn", text("finding"), " ", said(finding)));
	}
	if (current.drill) {
		const it = current.drill;
		list.push(element("li", { id: "last-drill", class: it.outcome === "aborted" ? "bad" : "" },
			text("drill.last", it.service ?? text("drill.all"), text("drill.outcome." + it.outcome), it.by), " ",
			time(it.outcome === "running" ? it.until : it.at), it.reason && " " + text("because", it.reason),
			it.detail && [" ", said(it.detail)]));
	}
	const exceptions = Object.entries(current.exceptions);
	if (exceptions.length > 0) {
		list.push(element("li", { id: "exceptions" }, text("exceptions"), " ", names(exceptions.map(([name, on]) =>
			shortName(name) + ": " + text(on ? "on" : "off")), "exception-list")));
	}
	if (current.include.length > 0 || current.exclude.length > 0) {
		list.push(fact("faint", text("patterns", current.include.join(", ") || "*", current.exclude.join(", ") || "–")));
	}
	for (const it of current.sources) {
		list.push(element("li", { class: "faint" }, text("source"), " ", said(it.name), it.location && [" ",
			element("code", {}, it.location)], it.writable ? "" : " " + text("source.readOnly")));
	}
	return list;
}

/** Without the right to change, actions are off and a sentence says why. */
function drawAccess() {
	const reasons = {};
	for (const endpoint of ["nacosfailover", "nacosfailoversnapshots"]) {
		const known = settings.endpoints?.[endpoint];
		if (settings.endpoints && !known) {
			reasons[endpoint] = text("access.notExposed", endpoint);
		}
		else if (known && !known.writable) {
			reasons[endpoint] = text("access.readOnly", endpoint);
		}
		else if (state.denied[endpoint]) {
			reasons[endpoint] = state.denied[endpoint];
		}
	}
	state.refusedAccess = reasons;
	for (const button of document.querySelectorAll("[data-needs]")) {
		const reason = reasons[button.dataset.needs];
		button.disabled = Boolean(reason);
		button.title = reason ?? "";
	}
	const note = byId("read-only");
	const shown = [...new Set(Object.values(reasons))].join(" ");
	note.hidden = shown === "";
	setText(note, shown);
}

// ---------------------------------------------------------------- detector

function drawDetector() {
	const report = state.detector;
	const services = report?.namespaces?.[state.namespace]?.services ?? {};
	render("detector", [report && [report.mode, report.effective, report.reason], services, state.namespace], () => {
		const entries = Object.entries(services);
		replace(byId("detector-body"),
			report === null ? element("p", {}, text("detector.off"))
				: element("p", {}, text("detector.mode", text("mode." + report.mode)),
					report.effective !== report.mode && [" ", text("detector.effective", text("mode." + report.effective)), " ",
						said(report.reason ?? "")], " ",
					element("button", { type: "button", id: "detector-mode", "data-needs": "nacosfailover", onclick: openMode },
						text("detector.change"))),
			report !== null && report.mode !== "off" && entries.length === 0
				&& element("p", { class: "good" }, "✔ " + text("detector.normal")),
			entries.length > 0 && element("div", { class: "wide" }, element("table", {},
				element("thead", {}, element("tr", {}, ["service", "state", "since", "evidence", "suggestion", "actions"]
					.map((it) => element("th", { scope: "col" }, text("column." + it))))),
				element("tbody", {}, entries.slice(0, LIST_LIMIT).map(([name, it]) => detected(name, it))))),
			entries.length > LIST_LIMIT && element("p", {}, text("more", entries.length - LIST_LIMIT)));
		drawAccess();
	});
}

function detected(name, it) {
	const evidence = it.evidence;
	const held = ["HELD", "RECOVERING", "LOCKED"].includes(it.state);
	return element("tr", { "data-service": name },
		element("th", { scope: "row" }, element("button", {
			type: "button", class: "link", id: "detected-" + name, onclick: () => openDetail(name)
		}, shortName(name))),
		element("td", { class: it.state === "NORMAL" ? "" : "bad" }, (it.state === "NORMAL" ? "✔ " : "⚠ ")
			+ text("detector.state." + it.state), it.lockedBy && [": ", said(it.lockedBy)]),
		element("td", {}, time(it.since), it.holdUntil && [" ", text("detector.until"), " ", time(it.holdUntil)]),
		element("td", {}, text("detector.evidence", evidence.backup, evidence.live ?? "?", evidence.missing,
			evidence.answering, evidence.votes)),
		element("td", {}, it.suggestion ? said(it.suggestion) : "–"),
		element("td", {},
			held && element("button", {
				type: "button", id: "acknowledge-" + name, "data-needs": "nacosfailover",
				onclick: () => openAcknowledge(name)
			}, text("detector.acknowledge")), " ",
			element("button", {
				type: "button", id: "serve-" + name, "data-needs": "nacosfailover",
				onclick: () => openServiceSwitch(name, true)
			}, text("service.on"))));
}

// ---------------------------------------------------------------- timeline

function drawHistory() {
	const entries = state.history.filter((it) => it.namespace === state.namespace);
	const shown = entries.slice(0, state.historyShown);
	render("history", [shown, entries.length], () => {
		replace(byId("history"), shown.length === 0 ? element("li", {}, text("timeline.empty")) : shown.map(entry));
		byId("history-more").hidden = entries.length <= shown.length;
	});
}

function entry(it) {
	const level = { applied: "good", forced: "warn", refused: "bad" }[it.outcome];
	const glyph = { applied: "✔ ", forced: "⚠ ", refused: "✖ " }[it.outcome];
	const what = it.action === "switch"
		? text(it.after === null ? "timeline.follow" : it.after ? "timeline.on" : "timeline.off",
			it.service ? shortName(it.service) : it.namespace)
		: text("timeline." + it.action) + (it.service ? " " + shortName(it.service) : "");
	return element("li", {}, time(it.at), " ",
		element("strong", { class: level }, glyph + text("outcome." + it.outcome)), " ", what, ", ",
		text("timeline.by", it.by, it.origin), it.reason && ", " + text("sentence.reason", it.reason),
		it.until && [", ", text("whenSafe.until"), " ", time(it.until)], it.detail && [": ", said(it.detail)],
		it.count > 1 && " " + text("timeline.count", it.count),
		it.findings.length > 0 && names(it.findings, "finding-" + it.at));
}

// ---------------------------------------------------------------- snapshots

function drawSnapshots() {
	const listed = state.snapshots;
	state.kept = new Set((listed?.kept ?? []).map((it) => it.namespace + " " + it.service));
	state.manual = new Set((listed?.manual ?? []).map((it) => it.namespace + " " + it.service));
	const mine = (listed?.snapshots ?? []).filter((it) => it.namespace === state.namespace);
	const kept = (listed?.kept ?? []).filter((it) => it.namespace === state.namespace);
	render("snapshots", [listed?.error, mine, kept, state.namespace], () => {
		replace(byId("snapshots-body"), listed?.error && element("p", { class: "note" }, listed.error),
			!listed?.error && mine.length === 0 && element("p", {}, text("snapshots.empty")),
			mine.length > 0 && element("table", {},
				element("thead", {}, element("tr", {}, ["at", "id", "by", "contents", "difference", "actions"]
					.map((it) => element("th", { scope: "col" }, text("column." + it))))),
				element("tbody", {}, mine.slice(0, LIST_LIMIT).map(snapshot))),
			kept.length > 0 && [element("h3", {}, plural("snapshots.kept", kept.length)), names(kept.map((it) => element("span",
				{}, shortName(it.service), ": ", said(it.reason))), "kept")]);
		drawAccess();
	});
}

function snapshot(it) {
	const action = (name, handler, label) => element("button", {
		type: "button", id: name + "-" + it.id, "data-action": name, "data-needs": name === "compare" ? null
			: "nacosfailoversnapshots", "aria-label": (label ?? text("snapshots." + name)) + " " + it.id, onclick: handler
	}, label ?? text("snapshots." + name));
	return element("tr", { "data-snapshot": it.id },
		element("td", {}, time(it.at)),
		element("th", { scope: "row" }, element("code", {}, it.id), it.pinned && " 📌 " + text("snapshots.pinned")),
		element("td", {}, it.by),
		element("td", {}, text("snapshots.contents", it.services, it.instances)),
		element("td", {}, text("snapshots.difference", it.added.length, it.changed.length, it.removed.length)),
		element("td", {}, action("compare", () => openSnapshot(it.id)), " ", action("restore", () => openRestore(it.id)), " ",
			action("pin", () => openPin(it), text(it.pinned ? "snapshots.unpin" : "snapshots.pin")), " ",
			action("delete", () => openDelete(it.id))));
}

async function snapshotTable(id) {
	const answer = await get(url("nacosfailoversnapshots", [id], { namespace: state.namespace }), LONG_TIMEOUT);
	if (answer.status !== 200) {
		return { node: element("p", { class: "bad" }, failure(answer, "nacosfailoversnapshots")), services: null };
	}
	const all = Object.entries(answer.json.namespaces[state.namespace] ?? {});
	const order = ["missing", "changed", "added", "same"];
	all.sort(([a, one], [b, other]) => order.indexOf(one.comparison) - order.indexOf(other.comparison)
		|| (a < b ? -1 : 1));
	const count = (what) => all.filter(([, it]) => it.comparison === what).length;
	return {
		services: all,
		node: [element("p", {}, text("snapshots.comparison", count("changed"), count("missing"), count("added"),
			count("same"))), element("table", {},
			element("thead", {}, element("tr", {}, ["service", "snapshot", "backup", "live", "comparison"]
				.map((it) => element("th", { scope: "col" }, text("column." + it))))),
			element("tbody", {}, all.slice(0, LIST_LIMIT).map(([name, it]) => element("tr", { "data-service": name },
				element("th", { scope: "row" }, shortName(name)),
				element("td", {}, it.instances === null ? "–" : it.healthy + "/" + it.instances),
				element("td", {}, it.backup ?? "–"), element("td", {}, it.live ?? "–"),
				element("td", { class: it.comparison === "same" ? "" : "warn" }, text("comparison." + it.comparison)))))),
		all.length > LIST_LIMIT && element("p", {}, text("more", all.length - LIST_LIMIT))]
	};
}

async function openSnapshot(id) {
	showDetail(text("snapshots.title.compare", id), element("p", {}, text("loading")), element("button", {
		type: "button", "data-needs": "nacosfailoversnapshots", "data-action": "restore", onclick: () => {
			byId("detail-dialog").close();
			openRestore(id);
		}
	}, text("snapshots.restore")));
	const { node } = await snapshotTable(id);
	replace(byId("detail-body"), node);
}

// ---------------------------------------------------------------- one service

function showDetail(title, body, ...actions) {
	const dialog = byId("detail-dialog");
	byId("detail-title").textContent = title;
	replace(byId("detail-body"), body);
	replace(byId("detail-actions"), actions);
	drawAccess();
	if (!dialog.open) {
		dialog.showModal();
	}
	byId("detail-title").focus();
}

function compareAddress(name) {
	return /[/\\%;?#]/.test(name) ? url("nacosfailover", [], { service: name, namespace: state.namespace })
		: url("nacosfailover", [name], { namespace: state.namespace });
}

function address(it) {
	return (it.ip.includes(":") ? "[" + it.ip + "]" : it.ip) + ":" + it.port;
}

async function openDetail(name) {
	const action = (id, handler, label, needs) => element("button", {
		type: "button", id: "detail-" + id, "data-needs": needs ?? "nacosfailover", onclick: () => {
			byId("detail-dialog").close();
			handler();
		}
	}, label);
	const exceptions = namespace()?.exceptions ?? {};
	const on = services()[name]?.enabled;
	showDetail(text("service.title", name), element("p", {}, text("loading")),
		on ? action("off", () => openServiceSwitch(name, false), text("service.off"))
			: action("on", () => openServiceSwitch(name, true), text("service.on")),
		name in exceptions && action("follow", () => openServiceSwitch(name, null), text("service.follow")),
		action("save", () => openTake(name), text("service.save"), "nacosfailoversnapshots"),
		!on && action("drill", () => openDrill(name), text("drill.start")));
	const answer = await get(compareAddress(name), LONG_TIMEOUT);
	if (answer.status !== 200 || !answer.json?.backup) {
		replace(byId("detail-body"), element("p", { class: "bad" }, failure(answer, "nacosfailover")));
		return;
	}
	replace(byId("detail-body"), comparison(name, answer.json));
}

function comparison(name, it) {
	const rows = new Map();
	const key = (instance) => instance.clusterName + " " + address(instance);
	for (const instance of it.backup) {
		rows.set(key(instance), { backup: instance });
	}
	for (const instance of it.live) {
		rows.set(key(instance), { ...rows.get(key(instance)), live: instance });
	}
	const status = services()[name];
	const excluded = new Set(status?.liveness?.excluded ?? []);
	const all = [...rows.values()];
	return [element("p", {}, text("service.summary", it.backup.length, it.live.length, it.added.length, it.removed.length,
		it.changed.length)), status && element("p", {}, text("service.served", served(status.servedFrom), status.served,
		status.servedLive), status.lastServed && [" ", text("service.last"), " ", time(status.lastServed)]),
	status?.detector && status.detector.state !== "NORMAL" && element("p", { class: "warn" }, "⚠ " + text("detector.state." + status.detector.state), " ",
		said(status.detector.suggestion ?? "")),
	element("table", { id: "comparison" }, element("thead", {}, element("tr", {},
		["address", "cluster", "inBackup", "inLive", "difference"].map((column) => element("th", { scope: "col" },
			text("column." + column))))),
	element("tbody", {}, all.slice(0, LIST_LIMIT).map(({ backup, live }) => {
		const instance = backup ?? live;
		const differences = backup && live ? fields(backup, live) : [];
		return element("tr", { "data-address": address(instance) },
			element("th", { scope: "row" }, address(instance)), element("td", {}, instance.clusterName ?? ""),
			element("td", {}, describeInstance(backup), excluded.has(address(instance)) && " ✖ " + text("instance.excluded")),
			element("td", {}, describeInstance(live)),
			element("td", { class: backup && live && differences.length === 0 ? "" : "warn" },
				!backup ? "+ " + text("difference.added") : !live ? "− " + text("difference.removed")
					: differences.length > 0 ? "≠ " + differences.join("; ") : "= " + text("difference.same")));
	}))), all.length > LIST_LIMIT && element("p", {}, text("more", all.length - LIST_LIMIT))];
}

function describeInstance(instance) {
	if (!instance) {
		return "–";
	}
	return (instance.healthy ? "✔ " + text("instance.healthy") : "✖ " + text("instance.unhealthy"))
		+ (instance.enabled ? "" : ", " + text("instance.disabled")) + (instance.weight === 1 ? "" : ", "
		+ text("instance.weight", instance.weight));
}

function fields(backup, live) {
	const differences = [];
	for (const field of ["weight", "healthy", "enabled", "ephemeral"]) {
		if (backup[field] !== live[field]) {
			differences.push(field + " " + backup[field] + " → " + live[field]);
		}
	}
	for (const key of new Set([...Object.keys(backup.metadata), ...Object.keys(live.metadata)])) {
		if (backup.metadata[key] !== live.metadata[key]) {
			differences.push(key + " " + (backup.metadata[key] ?? "–") + " → " + (live.metadata[key] ?? "–"));
		}
	}
	return differences;
}

// ---------------------------------------------------------------- actions

// What the dialog is about. An action has a title, a preview, fields, a request and a way to
// describe the answer. Everything that changes something goes through here.
let action = { sending: false, done: false, stale() { } };

const FIELDS = ["duration", "scope", "reason", "force", "confirm", "service", "mode", "exact"];

function open(next) {
	action = {
		fields: [], endpoint: "nacosfailover", submit: text("apply"), plan: null, refused: false, sending: false,
		done: false, namespace: state.namespace, stale() { refreshPreview(text("stale.other")); }, ...next
	};
	for (const field of FIELDS) {
		byId("action-" + field + "-field").hidden = !action.fields.includes(field);
	}
	byId("action-force-field").hidden = true;
	byId("action-when").hidden = !action.fields.includes("when");
	byId("action-now").checked = true;
	for (const id of ["reason", "confirm", "service"]) {
		byId("action-" + id).value = "";
		byId("action-" + id).removeAttribute("aria-invalid");
	}
	byId("action-service").value = action.service ? shortName(action.service) : "";
	byId("action-force").checked = false;
	byId("action-exact").checked = false;
	byId("action-scope").value = "";
	byId("action-title").textContent = action.title;
	byId("action-confirm-label").textContent = text("field.confirm", action.namespace);
	byId("action-error").textContent = "";
	byId("action-result").replaceChildren();
	byId("action-preview").hidden = false;
	byId("action-fields").hidden = false;
	byId("action-submit").hidden = false;
	byId("action-submit").disabled = false;
	byId("action-submit").textContent = action.submit;
	byId("action-close").textContent = text("cancel");
	byId("action-command").open = false;
	action.prepare?.();
	offerDurations();
	if (!byId("action-dialog").open) {
		byId("action-dialog").showModal();
	}
	byId("action-title").focus();
	drawCommand();
	refreshPreview();
}

async function refreshPreview(notice) {
	const mine = action;
	const target = byId("action-preview");
	if (!mine.preview) {
		replace(target);
		return;
	}
	if (notice) {
		byId("action-confirm").value = "";
	}
	byId("action-submit").disabled = true;
	replace(target, notice && element("p", { class: "note" }, notice), element("p", {}, text("preview.loading")));
	const content = await mine.preview();
	if (mine === action && !mine.done) {
		replace(target, notice && element("p", { class: "note" }, notice), content);
		// Nothing is done that was not seen before.
		byId("action-submit").disabled = Boolean(mine.blocked);
		drawCommand();
	}
}

/** How long: of a switch, a drill, or a wait until it is safe. */
function offerDurations() {
	const whenSafe = action.fields.includes("when") && byId("action-when-safe").checked;
	const select = byId("action-duration");
	const offered = whenSafe ? ["10m", "30m", "1h", "4h", "24h"] : action.durations ?? ["30m", "1h", "4h", "8h", "24h", ""];
	replace(select, offered.map((it) => element("option", { value: it }, it === "" ? text("duration.none")
		: span(it.endsWith("m") ? parseInt(it, 10) * 60 : parseInt(it, 10) * 3600))));
	select.value = whenSafe ? "30m" : action.duration ?? "1h";
	byId("action-duration-label").textContent = text(whenSafe ? "field.within" : "field.duration");
	byId("action-duration-field").hidden = !(action.fields.includes("duration") || whenSafe);
	if (action.fields.includes("scope")) {
		byId("action-scope-field").hidden = whenSafe;
	}
	if (whenSafe) {
		byId("action-force").checked = false;
		byId("action-force-field").hidden = true;
	}
	else if (action.refused) {
		offerForce();
	}
}

function offerForce() {
	if (action.fields.includes("force")) {
		action.refused = true;
		byId("action-force-field").hidden = action.fields.includes("when") && byId("action-when-safe").checked;
	}
}

function values() {
	const reason = byId("action-reason").value.trim();
	return {
		namespace: action.namespace,
		reason: reason === "" ? undefined : reason,
		duration: byId("action-duration").value === "" ? undefined : byId("action-duration").value,
		scope: byId("action-scope").value === "local" ? "local" : undefined,
		stage: byId("action-scope").value.endsWith("%") ? { share: byId("action-scope").value, hold: "2m" } : undefined,
		force: byId("action-force").checked ? true : undefined,
		whenSafe: action.fields.includes("when") && byId("action-when-safe").checked,
		service: byId("action-service").value.trim() || undefined,
		mode: byId("action-mode").value,
		exact: byId("action-exact").checked
	};
}

function drawCommand() {
	if (!action.done && action.request) {
		byId("action-curl").value = curl(action.request(values()));
	}
}

function complain(field, problem) {
	byId("action-error").textContent = problem;
	const input = byId("action-" + field);
	input.setAttribute("aria-invalid", "true");
	input.focus();
}

async function submit(event) {
	event.preventDefault();
	const mine = action;
	if (mine.sending || mine.done || byId("action-submit").disabled) {
		return;
	}
	byId("action-error").textContent = "";
	for (const id of ["reason", "confirm"]) {
		byId("action-" + id).removeAttribute("aria-invalid");
	}
	if (mine.fields.includes("reason") && byId("action-reason").value.trim() === "") {
		complain("reason", text("missing.reason"));
		return;
	}
	if (mine.fields.includes("confirm") && byId("action-confirm").value.trim() !== mine.namespace) {
		complain("confirm", text("missing.confirm", mine.namespace));
		return;
	}
	const request = mine.request(values());
	byId("action-curl").value = curl(request);
	mine.sending = true;
	byId("action-submit").disabled = true;
	byId("action-submit").textContent = text("sending");
	const answer = await change(request);
	if (mine !== action) {
		return;
	}
	byId("action-submit").disabled = false;
	byId("action-submit").textContent = mine.submit;
	if (answer.status >= 200 && answer.status < 300) {
		succeed(mine, answer);
	}
	else {
		refuse(mine, answer);
	}
	mine.sending = false;
	poll();
}

function succeed(mine, answer) {
	mine.done = true;
	const result = mine.describe(answer);
	byId("action-preview").hidden = true;
	byId("action-fields").hidden = true;
	byId("action-submit").hidden = true;
	byId("action-close").textContent = text("close");
	byId("action-title").textContent = text("done");
	replace(byId("action-result"), result);
	byId("action-command").open = true;
	byId("action-close").focus();
	if (answer.json?.namespaces && "enabled" in answer.json) {
		found(answer.json);
	}
	refreshHistory();
	refreshSnapshots();
	refreshDetector();
}

function refuse(mine, answer) {
	const refused = answer.json?.refused ?? [];
	if (answer.status === 409 && answer.json?.plan) {
		mine.plan = answer.json.plan;
		byId("action-confirm").value = "";
		replace(byId("action-preview"), element("p", { class: "note" }, text("stale.plan")), findings(refused, []),
			planTable(mine.plan, mine.enabled));
		drawCommand();
		byId("action-confirm").focus();
		byId("action-error").textContent = text("stale.confirm");
		return;
	}
	if (answer.status === 409 && refused.length > 0) {
		replace(byId("action-preview"), findings(refused, []), mine.plan && planTable(mine.plan, mine.enabled));
		offerForce();
		byId("action-error").textContent = text("refused");
		(byId("action-force-field").hidden ? byId("action-error") : byId("action-force")).focus();
		return;
	}
	if (answer.status === 403 || answer.status === 405) {
		state.denied[mine.endpoint] = failure(answer, mine.endpoint);
		drawAccess();
	}
	byId("action-error").textContent = failure(answer, mine.endpoint)
		+ (refused.length > 0 && answer.status !== 409 ? " " + refused.join("; ") : "");
}

function findings(refused, warnings) {
	return [refused.length > 0 && element("div", { class: "findings", id: "action-refused" },
		element("p", { class: "bad" }, "✖ " + text("preview.refused")),
		element("ul", {}, refused.map((it) => element("li", {}, said(it))))),
	warnings.length > 0 && element("div", { class: "findings", id: "action-warnings" },
		element("p", { class: "warn" }, "⚠ " + text("preview.warnings")),
		element("ul", {}, warnings.map((it) => element("li", {}, said(it)))))];
}

/** What a plan says, for people. */
function planTable(plan, on) {
	const unreachable = Object.entries(plan.unreachable ?? {}).filter(([, it]) => it.length > 0);
	return element("div", { id: "action-plan", "data-plan": plan.id },
		element("p", {}, plural(on ? "plan.on" : "plan.off", plan.services.length)),
		plan.services.length > 0 && names(plan.services.map(shortName), "plan-services"),
		on && plan.newestBackup && element("p", {}, text("plan.age", span(seconds(plan.newestBackup)),
			span(seconds(plan.oldestBackup)))),
		plan.missing.length > 0 && [element("p", { class: "warn" }, "⚠ " + plural("plan.missing", plan.missing.length)),
			names(plan.missing.map(shortName), "plan-missing")],
		plan.losing.length > 0 && [element("p", { class: "warn" }, "⚠ " + plural("plan.losing", plan.losing.length)),
			names(plan.losing.map((it) => shortName(it.service) + ": " + it.before + " → " + (it.after ?? "?")),
				"plan-losing")],
		plan.unreachable && (unreachable.length === 0 ? element("p", { class: "good" }, "✔ " + text("plan.reachable"))
			: [element("p", { class: "bad" }, "✖ " + plural("plan.unreachable", unreachable.length)),
				names(unreachable.map(([name, it]) => shortName(name) + ": " + it.join(", ")), "plan-unreachable")]));
}

/** The plan of the preflight, which is what will be sent. */
async function switchPreview(mine, probe) {
	const answer = await get(url("nacosfailover", ["preflight"], { namespace: mine.namespace, probe: probe ? "true" : null }),
		LONG_TIMEOUT);
	const report = answer.json?.namespaces?.[mine.namespace];
	mine.blocked = answer.status !== 200 || !report;
	if (mine.blocked) {
		return [element("p", { class: "bad" }, "✖ " + failure(answer, "nacosfailover")), element("button", {
			type: "button", id: "action-again", onclick: () => refreshPreview()
		}, text("preview.again"))];
	}
	const verdict = mine.enabled ? report.on : report.off;
	mine.plan = verdict.plan ?? null;
	mine.allowed = verdict.allowed;
	if (mine === action && !verdict.allowed) {
		offerForce();
	}
	return [verdict.allowed && element("p", { class: "good" }, "✔ " + text("preview.allowed")),
		findings(verdict.refused, verdict.warnings),
		mine.plan && planTable(mine.plan, mine.enabled),
		mine.enabled && !probe && element("button", {
			type: "button", id: "action-probe", onclick: async () => {
				byId("action-probe").disabled = true;
				const content = await switchPreview(mine, true);
				if (mine === action && !mine.done) {
					replace(byId("action-preview"), content);
					drawCommand();
				}
			}
		}, text("preview.probe"))];
}

function openSwitch(on) {
	const current = namespace();
	const fleet = current?.fleet;
	const extend = on && current?.enabled;
	const fields = ["reason", "confirm", "force"];
	fields.push(on ? "duration" : "when");
	if (fleet && !extend) {
		fields.push("scope");
	}
	open({
		title: text(extend ? "switch.title.extend" : on ? "switch.title.on" : "switch.title.off", state.namespace),
		submit: text(extend ? "switch.submit.extend" : on ? "switch.submit.on" : "switch.submit.off"),
		durations: extend ? ["30m", "1h", "4h", "8h", "24h"] : undefined,
		enabled: on,
		fields,
		preview() {
			return switchPreview(this, false);
		},
		request(it) {
			const body = { enabled: on, namespace: it.namespace, reason: it.reason };
			if (it.whenSafe) {
				body.whenSafe = it.duration;
			}
			else {
				body.duration = on ? it.duration : undefined;
				body.force = it.force;
				body.plan = this.plan?.id;
				if (!byId("action-scope-field").hidden) {
					body.scope = it.scope;
					body.stage = it.stage;
					body.wait = it.scope || it.stage ? undefined : "5s";
				}
			}
			return { method: "POST", address: url("nacosfailover"), body };
		},
		describe(answer) {
			return switchResult(answer, this.namespace);
		}
	});
}

/** What is served from where now: the answer comes after the change is in force. */
function switchResult(answer, name) {
	const it = answer.json?.namespaces?.[name];
	if (!it) {
		return element("p", {}, text("done"));
	}
	if (answer.status === 202 && !it.whenSafe && it.stage) {
		return [element("p", { class: "good" }, "✔ " + text("stage.begun", it.stage.members.length, it.stage.instances), " ",
			time(it.stage.until)), names(it.stage.members, "begun-members")];
	}
	if (answer.status === 202) {
		return [element("p", { class: "good" }, "✔ " + text("whenSafe.armed")), it.whenSafe?.waitingFor.length > 0
			&& [element("p", {}, text("whenSafe.waiting")), names(it.whenSafe.waitingFor, "armed-waiting")]];
	}
	const counts = count(it.services);
	return [element("p", { class: "good" }, "✔ " + text(it.enabled ? "result.on" : "result.off", name)),
		element("p", {}, text("served.summary", counts.failover, counts.hold, counts.live)),
		it.fleet && element("p", { class: it.fleet.applied < it.fleet.instances ? "warn" : "good" },
			text("fleet", it.fleet.applied, it.fleet.instances)),
		it.switch.findings.length > 0 && findings([], it.switch.findings)];
}

function openCancel() {
	open({
		title: text("whenSafe.title.cancel"),
		submit: text("whenSafe.cancel"),
		fields: ["confirm"],
		preview: async () => element("p", {}, text("whenSafe.cancel.preview")),
		request: (it) => ({
			method: "POST", address: url("nacosfailover"), body: { enabled: true, namespace: it.namespace }
		}),
		describe: () => element("p", { class: "good" }, "✔ " + text("whenSafe.cancelled"))
	});
}

/** Lets the others follow at once, or the first ones go back. */
function openStage(end) {
	open({
		title: text("stage.title." + end, state.namespace),
		submit: text("stage.submit." + end),
		fields: ["reason", "confirm", "force"],
		preview: async () => element("p", {}, text("stage.preview." + end)),
		request: (it) => ({
			method: "POST", address: url("nacosfailover"),
			body: { stage: end, namespace: it.namespace, reason: it.reason, force: it.force }
		}),
		describe(answer) {
			return switchResult(answer, this.namespace);
		}
	});
}

function openServiceSwitch(name, on) {
	open({
		title: text(on === null ? "service.title.follow" : on ? "service.title.on" : "service.title.off", shortName(name)),
		submit: text(on === null ? "service.follow" : on ? "service.on" : "service.off"),
		fields: ["reason", "confirm", "force", on === false && namespace()?.exceptions[name] === true ? "when" : ""],
		preview: async () => {
			const answer = await get(compareAddress(name), LONG_TIMEOUT);
			return answer.status === 200 && answer.json?.backup ? comparison(name, answer.json)
				: element("p", { class: "bad" }, failure(answer, "nacosfailover"));
		},
		request: (it) => ({
			method: "POST", address: url("nacosfailover"),
			body: it.whenSafe ? { enabled: false, whenSafe: it.duration, services: [name], namespace: it.namespace,
				reason: it.reason }
				: { enabled: on, service: name, namespace: it.namespace, reason: it.reason, force: it.force }
		}),
		describe(answer) {
			if (answer.status === 202) {
				return switchResult(answer, this.namespace);
			}
			const it = answer.json?.namespaces?.[this.namespace]?.services?.[name];
			return element("p", { class: "good" }, "✔ " + text(it?.enabled ? "result.service.on" : "result.service.off",
				shortName(name)) + (it ? " " + text("service.next", served(it.servedFrom)) : ""));
		}
	});
}

function openDrill(name) {
	open({
		title: text("drill.title"),
		submit: text("drill.start"),
		fields: ["service", "duration", "reason", "confirm"],
		durations: ["1m", "5m", "10m", "30m", "1h"],
		duration: "10m",
		enabled: true,
		service: name,
		preview() {
			return drillPreview(this);
		},
		request: (it) => ({
			method: "POST", address: url("nacosfailover", ["drill"]),
			body: { namespace: it.namespace, service: it.service, duration: it.duration, reason: it.reason }
		}),
		describe(answer) {
			const it = answer.json?.namespaces?.[this.namespace]?.drill;
			return element("p", { class: "good" }, "✔ " + text("drill.started"), it && [" ", time(it.until)]);
		}
	});
}

async function drillPreview(mine) {
	return [element("p", {}, text("drill.explanation")), await switchPreview(mine, false)];
}

function openAcknowledge(name) {
	open({
		title: text("detector.title.acknowledge", shortName(name)),
		submit: text("detector.acknowledge"),
		fields: ["confirm"],
		preview: async () => element("p", {}, text("detector.acknowledge.preview")),
		request: (it) => ({
			method: "POST", address: url("nacosfailover", ["detector"]),
			body: { acknowledge: name, namespace: it.namespace }
		}),
		describe: () => element("p", { class: "good" }, "✔ " + text("detector.acknowledged", shortName(name)))
	});
}

function openMode() {
	open({
		title: text("detector.title.mode"),
		submit: text("apply"),
		fields: ["mode", "reason"],
		prepare: () => {
			replace(byId("action-mode"), ["off", "observe", "suggest", "act"].map((it) => element("option", { value: it },
				text("mode." + it))));
			byId("action-mode").value = state.detector?.mode ?? "observe";
		},
		preview: async () => element("p", {}, text("detector.mode.preview")),
		request: (it) => ({
			method: "POST", address: url("nacosfailover", ["detector"]), body: { mode: it.mode, reason: it.reason }
		}),
		describe: (answer) => element("p", { class: "good" }, "✔ " + text("detector.mode",
			text("mode." + (answer.json?.mode ?? "off"))), answer.json?.reason && [" ", said(answer.json.reason)])
	});
}

function openTake(name) {
	open({
		endpoint: "nacosfailoversnapshots",
		title: name ? text("service.title.save", shortName(name)) : text("snapshots.take"),
		submit: name ? text("service.save") : text("snapshots.take"),
		fields: ["confirm", "force"],
		preview: async () => {
			if (!name) {
				return element("p", {}, text("snapshots.take.preview"));
			}
			const answer = await get(compareAddress(name), LONG_TIMEOUT);
			return [element("p", {}, text("service.save.preview")), answer.status === 200 && answer.json?.backup
				? comparison(name, answer.json) : element("p", { class: "bad" }, failure(answer, "nacosfailover"))];
		},
		request: (it) => ({
			method: "POST", address: url("nacosfailoversnapshots"),
			body: { service: name, namespace: it.namespace, force: it.force }
		}),
		describe: snapshotResult
	});
}

function snapshotResult(answer) {
	const it = answer.json ?? {};
	const kept = it.kept ?? [];
	return [element("p", { class: "good" }, "✔ " + text(it.changed ? "snapshots.done" : "snapshots.unchanged", it.id ?? "–",
		it.services ?? 0, it.instances ?? 0)), kept.length > 0 && [element("p", { class: "warn" },
		"⚠ " + plural("snapshots.kept", kept.length)), names(kept.map((one) => element("span", {}, shortName(one.service), ": ",
		said(one.reason))), "kept-now")]];
}

function openRestore(id) {
	open({
		endpoint: "nacosfailoversnapshots",
		title: text("snapshots.title.restore", id),
		submit: text("snapshots.restore"),
		fields: ["service", "exact", "confirm"],
		preview: async () => [element("p", {}, text("snapshots.restore.preview")), (await snapshotTable(id)).node],
		request: (it) => {
			const chosen = (it.service ?? "").split(",").map((one) => one.trim()).filter(Boolean);
			return {
				method: "POST", address: url("nacosfailoversnapshots", [id]),
				body: {
					restore: true, namespace: it.namespace, services: chosen.length > 0 ? chosen : undefined,
					mode: it.exact && chosen.length === 0 ? "exact" : undefined
				}
			};
		},
		describe: snapshotResult
	});
}

function openPin(it) {
	open({
		endpoint: "nacosfailoversnapshots",
		title: text(it.pinned ? "snapshots.title.unpin" : "snapshots.title.pin", it.id),
		submit: text(it.pinned ? "snapshots.unpin" : "snapshots.pin"),
		fields: [],
		preview: async () => element("p", {}, text(it.pinned ? "snapshots.unpin.preview" : "snapshots.pin.preview")),
		request: (given) => ({
			method: "POST", address: url("nacosfailoversnapshots", [it.id]),
			body: { pinned: !it.pinned, namespace: given.namespace }
		}),
		describe: () => element("p", { class: "good" }, "✔ " + text("done"))
	});
}

function openDelete(id) {
	open({
		endpoint: "nacosfailoversnapshots",
		title: text("snapshots.title.delete", id),
		submit: text("snapshots.delete"),
		fields: ["confirm"],
		preview: async () => element("p", {}, text("snapshots.delete.preview")),
		request: (it) => ({
			method: "DELETE", address: url("nacosfailoversnapshots", [id], { namespace: it.namespace }), body: undefined
		}),
		describe: () => element("p", { class: "good" }, "✔ " + text("done"))
	});
}

// ---------------------------------------------------------------- page

function applyLanguage() {
	document.documentElement.lang = state.language === "zh" ? "zh-CN" : "en";
	for (const it of document.querySelectorAll("[data-text]")) {
		setText(it, text(it.dataset.text));
	}
	for (const it of document.querySelectorAll("[data-label]")) {
		it.setAttribute("aria-label", text(it.dataset.label));
	}
	byId("language").value = state.language;
}

function drawAll() {
	if (state.status) {
		drawStatus();
	}
	drawServices();
	drawDetector();
	drawHistory();
	drawSnapshots();
	drawAccess();
	drawConnection();
}

function remembered() {
	try {
		return localStorage.getItem("nacosfailover.language");
	}
	catch (ex) {
		return null;
	}
}

function start() {
	state.base = findBase();
	const preferred = remembered() ?? (navigator.language ?? "en").toLowerCase().split("-")[0];
	state.language = preferred in messages ? preferred : "en";
	applyLanguage();
	byId("language").addEventListener("change", (event) => {
		state.language = event.target.value;
		try {
			localStorage.setItem("nacosfailover.language", state.language);
		}
		catch (ex) {
			// It is not remembered then.
		}
		applyLanguage();
		drawAll();
	});
	byId("switch-on").addEventListener("click", () => openSwitch(true));
	byId("switch-extend").addEventListener("click", () => openSwitch(true));
	byId("switch-off").addEventListener("click", () => openSwitch(false));
	byId("stage-continue").addEventListener("click", () => openStage("continue"));
	byId("stage-stop").addEventListener("click", () => openStage("stop"));
	byId("cancel-when-safe").addEventListener("click", openCancel);
	byId("drill").addEventListener("click", () => openDrill(null));
	byId("take-snapshot").addEventListener("click", () => openTake(undefined));
	byId("check-live").addEventListener("click", checkLive);
	byId("search").addEventListener("input", (event) => {
		state.search = event.target.value.trim();
		byId("service-scroll").scrollTop = 0;
		drawServices();
	});
	byId("filter").addEventListener("change", (event) => {
		state.filter = event.target.value;
		byId("service-scroll").scrollTop = 0;
		drawServices();
	});
	for (const button of document.querySelectorAll("[data-sort]")) {
		button.addEventListener("click", () => sortBy(button));
	}
	let planned = false;
	byId("service-scroll").addEventListener("scroll", () => {
		if (!planned) {
			planned = true;
			requestAnimationFrame(() => {
				planned = false;
				drawRows();
			});
		}
	}, { passive: true });
	byId("history-more").addEventListener("click", () => {
		state.historyShown += HISTORY_STEP;
		drawHistory();
	});
	byId("action-form").addEventListener("submit", submit);
	byId("action-form").addEventListener("input", drawCommand);
	for (const id of ["action-now", "action-when-safe"]) {
		byId(id).addEventListener("change", () => {
			offerDurations();
			drawCommand();
		});
	}
	byId("action-copy").addEventListener("click", () => copy(byId("action-curl")));
	byId("action-close").addEventListener("click", () => byId("action-dialog").close());
	byId("detail-close").addEventListener("click", () => byId("detail-dialog").close());
	for (const dialog of ["action-dialog", "detail-dialog"]) {
		byId(dialog).addEventListener("close", returnFocus);
	}
	// Nothing is asked for while nobody looks, and at once when somebody does again.
	document.addEventListener("visibilitychange", () => state.wake?.());
	setInterval(refreshTimes, 5000);
	drawAccess();
	pollForever();
}

/** The browser returns the focus to what has opened a dialog, unless that is gone. */
function returnFocus() {
	const focused = document.activeElement;
	const lost = focused === null || focused === document.body || focused.getClientRects().length === 0;
	if (lost && !document.querySelector("dialog[open]")) {
		const next = ["switch-off", "switch-on"].map(byId).find((it) => !it.hidden && !it.disabled);
		(next ?? byId("main")).focus({ preventScroll: true });
	}
}

function sortBy(button) {
	const key = button.dataset.sort;
	state.sort = { key, descending: state.sort.key === key ? !state.sort.descending : key !== "name" };
	for (const header of document.querySelectorAll("#service-table th")) {
		header.removeAttribute("aria-sort");
	}
	button.closest("th").setAttribute("aria-sort", state.sort.descending ? "descending" : "ascending");
	byId("service-scroll").scrollTop = 0;
	drawServices();
}

start();
})();

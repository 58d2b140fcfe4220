/*
 * Views of the endpoint "nacosfailover" for Spring Boot Admin: one per instance, one per
 * application. A classic script without a build step, for the globals SBA and Vue.
 *
 * All data become text nodes; nothing is ever put into the page as HTML. The views have no
 * powers of their own: they send what anybody could send through the proxy of the server.
 */
(() => {
"use strict";

const { h, markRaw } = Vue;

const ENDPOINT = "nacosfailover";
const POLL = 3000;
const POLL_PER_INSTANCE = 50;
const SEARCH_DELAY = 300;
const READ_TIMEOUT = 20000;
const CHANGE_TIMEOUT = 90000;
const ROWS = 100;
const ROWS_OF_MANY = 20;
const MAX_ROWS = 1000;
const MANY_INSTANCES = 20;
const LIST = 200;
const PARALLEL = 6;
const SINGLE = "instance";
const ALL = "application";

const messages = {
	en: {
		label: "Nacos Failover",
		on: "on", off: "off",
		scope: "Show and switch", scopeSingle: "this instance", scopeAll: "the application: {count} instances",
		loading: "Loading …",
		sentenceOn: "Failover is ON in namespace {namespace}",
		sentenceOff: "Failover is off in namespace {namespace}",
		sentenceSome: "Failover is ON in {on} of {all} instances in namespace {namespace}",
		at: "since {time}", by: "by {name}", reason: "reason: {reason}", until: "until {time}", noEnd: "without an end",
		overdue: "OVERDUE", separator: ", ", end: ".",
		serverUp: "The Nacos server is up.", serverDown: "The Nacos server is down.",
		serverUnknown: "The state of the Nacos server is unknown.",
		serverSome: "The Nacos server is down for {down} of {all} instances.",
		served: "Next queries: {failover} services from backups, {hold} held, {live} live.",
		fleet: "Fleet: {applied} of {instances} processes have applied the switch.", lagging: "Not yet: {names}",
		whenSafe: "Will be switched off as soon as that is safe, at the latest {time}. Armed by {name}.",
		whenSafeNoEnd: "Will be switched off as soon as that is safe. Armed by {name}.",
		waiting: "Waiting for: {what}", stage: "Stage {state}: {share} of {instances} processes first, until {time}. {detail}",
		notReached: "{count} of {all} instances were not reached. What they do is not known.",
		finding: "Objection at the time of the switch: {what}",
		problem: "Problem: {what}",
		exception: "By itself: {what}",
		namespace: "Namespace",
		switchOn: "Switch on …", switchOff: "Switch off …", extend: "Extend …",
		services: "Services", search: "Search", shown: "{shown} of {found}", more: "Show more",
		none: "No service.",
		service: "Service", servedFrom: "Next query from", backup: "Backup (healthy/all)", age: "Backup from",
		liveness: "Liveness", notes: "Problems",
		from_failover: "backup", from_hold: "held", from_live: "live", from_never: "never queried", fromSome: "{name} ({count})",
		livenessText: "{answers} answer, {refused} refused, {silent} silent",
		noBackup: "no backup", detector: "detector: {state}", excluded: "{count} instances do not answer",
		instances: "Instances", instance: "Instance", state: "Failover", server: "Server", since: "Since", who: "By", why: "Reason",
		end_: "Until", open: "Open",
		applications: "Applications with failover", application: "Application", noApplication: "No application exposes the endpoint nacosfailover.",
		back: "All applications",
		unreached: "not reached", unreachedWhy: "not reached: {why}",
		e0: "no answer", e401: "401, not authenticated at the instance", e403: "403, not allowed",
		e404: "404, the endpoint is not exposed", e405: "405, the endpoint is read-only", e502: "502, no connection from the Admin server",
		e503: "503, not known to the Admin server any more",
		e504: "504, no answer in time; it may have been carried out, look at the state", eOther: "status {status}",
		stale: "No answer since {time}: {why}. What is shown is from then.",
		titleOn: "Switch failover on in {namespace}", titleOff: "Switch failover off in {namespace}",
		titleExtend: "Extend failover in {namespace}",
		previewing: "Asking what would change …", preview: "What would change",
		again: "Preview again", allowed: "allowed", refused: "refused", stalePlan: "changed since the preview, nothing was done",
		planOn: "{count} services will be answered from backups", planOff: "{count} services will be live again",
		planNone: "nothing changes but reason and end",
		planMissing: "{count} services without a backup stay live", planLosing: "{count} services will have fewer healthy instances",
		planAge: "backups from {newest} to {oldest} ago", warning: "Warning: {what}",
		fReason: "Reason", fDuration: "Planned duration", fWhen: "When", fForce: "Force: override the guards",
		fConfirm: "Type {namespace} to confirm", now: "now", safeWithin: "as soon as it is safe, within {time}", noDuration: "no planned end",
		missingReason: "Give a reason.", missingConfirm: "Type {namespace}.",
		submitOn: "Switch on", submitOff: "Switch off", submitForce: "Override the guards", cancel: "Cancel", close: "Close", sending: "Sending …",
		result: "Result", applied: "applied", armed: "armed, will be switched off when it is safe", shared: "applied, through the shared store or directory",
		nothing: "Nothing could be asked. Nothing was changed.",
		summary: "{applied} applied, {refused} refused, {unreached} not reached.",
		rest: "Preview the rest again", more_: "… and {count} more",
		span_s: "{a} s", span_m: "{a} min", span_h: "{a} h {b} min", span_d: "{a} d {b} h"
	},
	"zh-CN": {
		label: "Nacos 容灾",
		on: "开", off: "关",
		scope: "查看和切换", scopeSingle: "仅此实例", scopeAll: "整个应用：{count} 个实例",
		loading: "加载中……",
		sentenceOn: "命名空间 {namespace} 的容灾已开启",
		sentenceOff: "命名空间 {namespace} 的容灾已关闭",
		sentenceSome: "命名空间 {namespace}：{all} 个实例中有 {on} 个已开启容灾",
		at: "自 {time} 起", by: "操作人 {name}", reason: "原因：{reason}", until: "至 {time}", noEnd: "无计划结束时间",
		overdue: "已超期", separator: "，", end: "。",
		serverUp: "Nacos 服务器正常。", serverDown: "Nacos 服务器不可用。",
		serverUnknown: "Nacos 服务器状态未知。",
		serverSome: "{all} 个实例中有 {down} 个认为 Nacos 服务器不可用。",
		served: "下次查询：{failover} 个服务来自备份，{hold} 个被保持，{live} 个来自服务器。",
		fleet: "集群：{instances} 个进程中有 {applied} 个已应用此开关。", lagging: "尚未应用：{names}",
		whenSafe: "一旦安全即自动关闭，最迟 {time}。设置人 {name}。",
		whenSafeNoEnd: "一旦安全即自动关闭。设置人 {name}。",
		waiting: "等待：{what}", stage: "分阶段 {state}：{instances} 个进程中先切换 {share}，至 {time}。{detail}",
		notReached: "{all} 个实例中有 {count} 个未到达，其状态未知。",
		finding: "切换时的异议：{what}",
		problem: "问题：{what}",
		exception: "单独设置：{what}",
		namespace: "命名空间",
		switchOn: "开启……", switchOff: "关闭……", extend: "延长……",
		services: "服务", search: "搜索", shown: "{shown} / {found}", more: "显示更多",
		none: "没有服务。",
		service: "服务", servedFrom: "下次查询来源", backup: "备份（健康/全部）", age: "备份时间",
		liveness: "存活", notes: "问题",
		from_failover: "备份", from_hold: "保持", from_live: "服务器", from_never: "从未查询", fromSome: "{name}（{count}）",
		livenessText: "{answers} 应答，{refused} 拒绝，{silent} 无响应",
		noBackup: "没有备份", detector: "检测器：{state}", excluded: "{count} 个实例无应答",
		instances: "实例", instance: "实例", state: "容灾", server: "服务器", since: "开始", who: "操作人", why: "原因",
		end_: "结束", open: "打开",
		applications: "带容灾的应用", application: "应用", noApplication: "没有应用公开端点 nacosfailover。",
		back: "全部应用",
		unreached: "未到达", unreachedWhy: "未到达：{why}",
		e0: "没有应答", e401: "401，实例未认证", e403: "403，不允许",
		e404: "404，端点未公开", e405: "405，端点只读", e502: "502，Admin 服务器无法连接",
		e503: "503，Admin 服务器已不认识该实例",
		e504: "504，未及时应答；请求可能已执行，请查看状态", eOther: "状态 {status}",
		stale: "自 {time} 起没有应答：{why}。所示为当时的状态。",
		titleOn: "在 {namespace} 开启容灾", titleOff: "在 {namespace} 关闭容灾",
		titleExtend: "在 {namespace} 延长容灾",
		previewing: "正在询问会有什么变化……", preview: "会有什么变化",
		again: "重新预览", allowed: "允许", refused: "被拒绝", stalePlan: "预览后情况已变化，未做任何更改",
		planOn: "{count} 个服务将由备份应答", planOff: "{count} 个服务将恢复由服务器应答",
		planNone: "除原因和结束时间外没有变化",
		planMissing: "{count} 个服务没有备份，仍由服务器应答", planLosing: "{count} 个服务的健康实例会变少",
		planAge: "备份距今 {newest} 至 {oldest}", warning: "警告：{what}",
		fReason: "原因", fDuration: "计划时长", fWhen: "何时", fForce: "强制：忽略保护检查",
		fConfirm: "输入 {namespace} 以确认", now: "立即", safeWithin: "一旦安全即执行，{time} 之内", noDuration: "无计划结束时间",
		missingReason: "请填写原因。", missingConfirm: "请输入 {namespace}。",
		submitOn: "开启", submitOff: "关闭", submitForce: "强制执行", cancel: "取消", close: "关闭窗口", sending: "发送中……",
		result: "结果", applied: "已应用", armed: "已设置，安全时自动关闭", shared: "已应用（通过共享存储或目录）",
		nothing: "无法询问任何实例。未做任何更改。",
		summary: "{applied} 个已应用，{refused} 个被拒绝，{unreached} 个未到达。",
		rest: "重新预览其余实例", more_: "……还有 {count} 个",
		span_s: "{a} 秒", span_m: "{a} 分钟", span_h: "{a} 小时 {b} 分钟", span_d: "{a} 天 {b} 小时"
	}
};

// ---------------------------------------------------------------- text

function text(key, values) {
	return SBA.useI18n().t("nacosfailover." + key, values ?? {});
}

function language() {
	return SBA.useI18n().locale.value;
}

function clock(instant) {
	const date = new Date(instant);
	const today = date.toDateString() === new Date().toDateString();
	return new Intl.DateTimeFormat(language(), { ...(today ? {} : { dateStyle: "medium" }),
		timeStyle: "medium", hourCycle: "h23" }).format(date);
}

function time(instant) {
	return instant ? h("time", { datetime: instant, title: instant }, clock(instant)) : "–";
}

/** The seconds of an ISO 8601 duration. */
function seconds(duration) {
	const match = /^P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?$/.exec(duration ?? "");
	return match ? Number(match[1] ?? 0) * 86400 + Number(match[2] ?? 0) * 3600 + Number(match[3] ?? 0) * 60
		+ Number(match[4] ?? 0) : 0;
}

function span(length) {
	const rounded = Math.max(0, Math.floor(length));
	if (rounded < 60) {
		return text("span_s", { a: rounded });
	}
	if (rounded < 3600) {
		return text("span_m", { a: Math.floor(rounded / 60) });
	}
	if (rounded < 86400) {
		return text("span_h", { a: Math.floor(rounded / 3600), b: Math.floor(rounded % 3600 / 60) });
	}
	return text("span_d", { a: Math.floor(rounded / 86400), b: Math.floor(rounded % 86400 / 3600) });
}

function shortName(service) {
	return service.startsWith("DEFAULT_GROUP@@") ? service.substring(15) : service;
}

/** A list that is short, or folded and cut. */
function names(values) {
	const items = values.slice(0, LIST).map((it) => h("li", it));
	if (values.length > LIST) {
		items.push(h("li", text("more_", { count: values.length - LIST })));
	}
	return h("ul", { class: "nf-names" }, items);
}

/** A line, with names behind it that can be looked at. */
function folded(level, line, values) {
	const content = mark(level) + line;
	return values.length === 0 ? h("p", { class: "nf-" + level }, content)
		: h("details", { class: "nf-" + level }, [h("summary", content), names(values)]);
}

/** Colours are not the only signal. */
function mark(level) {
	return { good: "✔ ", warn: "⚠ ", bad: "✖ " }[level] ?? "";
}

function label(instance) {
	return instance.registration.serviceUrl ?? instance.registration.managementUrl ?? instance.id;
}

// ---------------------------------------------------------------- requests

function parse(body) {
	if (typeof body !== "string") {
		return body ?? null;
	}
	try {
		return JSON.parse(body);
	}
	catch (ex) {
		return null;
	}
}

/** Never fails: without an answer the status is 0. A 401 of the Admin server leads to its login. */
async function exchange(axios, method, path, body) {
	try {
		const answer = await axios.request({
			method, url: path, data: body, timeout: method === "get" && !path.includes("/preflight") ? READ_TIMEOUT
				: CHANGE_TIMEOUT,
			headers: { Accept: "application/json", ...(body ? { "Content-Type": "application/json" } : {}) },
			validateStatus: (status) => status !== 401, suppressToast: true
		});
		return { status: answer.status, json: parse(answer.data) };
	}
	catch (ex) {
		return { status: ex?.response?.status ?? 0, json: parse(ex?.response?.data) };
	}
}

/** Of an application that has it, an instance without it is shown too: nobody has switched that. */
function exposes(application) {
	return application.instances.some((it) => it.hasEndpoint(ENDPOINT));
}

/** Calls a function for each, some at a time. */
async function forEach(items, call) {
	const left = [...items];
	await Promise.all(Array.from({ length: Math.min(PARALLEL, left.length) }, async () => {
		while (left.length > 0) {
			await call(left.shift());
		}
	}));
}

/**
 * Asks all instances: with one request that the Admin server passes on to each, or if it
 * cannot put the answers together, as they are too long, with one for each.
 */
async function askAll(application, instances, path) {
	const answers = new Map();
	if (instances.length > 1 && application) {
		const all = await exchange(application.axios, "get", path);
		if (all.status === 200 && Array.isArray(all.json)) {
			for (const it of all.json) {
				answers.set(it.instanceId?.value ?? it.instanceId, { status: it.status, json: parse(it.body) });
			}
		}
	}
	await forEach(instances.filter((it) => !answers.has(it.id)), async (it) => {
		answers.set(it.id, await exchange(it.axios, "get", path));
	});
	return answers;
}

function failure(answer) {
	const known = [0, 401, 403, 404, 405, 502, 503, 504].includes(answer.status);
	const said = answer.json?.message ?? "";
	return text(known ? "e" + answer.status : "eOther", { status: answer.status }) + (said ? ": " + said : "");
}

// ---------------------------------------------------------------- parts of the views

function sentence(name, states) {
	const on = states.filter((it) => it.enabled).length;
	const parts = [];
	if (on > 0 && on < states.length) {
		parts.push(text("sentenceSome", { on, all: states.length, namespace: name }));
	}
	else {
		parts.push(text(on > 0 ? "sentenceOn" : "sentenceOff", { namespace: name }));
	}
	const first = states.find((it) => it.enabled) ?? states[0];
	const it = first?.switch;
	if (it?.at) {
		parts.push(text("at", { time: clock(it.at) }));
	}
	if (it?.by) {
		parts.push(text("by", { name: it.by }));
	}
	if (it?.reason) {
		parts.push(text("reason", { reason: it.reason }));
	}
	if (first?.enabled) {
		parts.push(it.until ? text("until", { time: clock(it.until) }) : text("noEnd"));
	}
	if (states.some((state) => state.switch.overdue)) {
		parts.push(text("overdue"));
	}
	return parts.join(text("separator")) + text("end");
}

function distinct(values) {
	return [...new Set(values)];
}

/** What there is to know beside the sentence. */
function facts(states, all) {
	const lines = [];
	if (states.length < all) {
		lines.push(["bad", text("notReached", { count: all - states.length, all })]);
	}
	const down = states.filter((it) => it.serverStatus === "DOWN").length;
	const up = states.filter((it) => it.serverStatus === "UP").length;
	lines.push(down === states.length ? ["bad", text("serverDown")] : down > 0
		? ["bad", text("serverSome", { down, all: states.length })] : up === states.length ? ["good", text("serverUp")]
			: ["warn", text("serverUnknown")]);
	if (states.length === 1 && states[0].page.total === Object.keys(states[0].services).length) {
		const counts = { failover: 0, hold: 0, live: 0 };
		for (const it of Object.values(states[0].services)) {
			if (it.servedFrom) {
				counts[it.servedFrom]++;
			}
		}
		lines.push(["", text("served", counts)]);
	}
	const fleet = states.find((it) => it.fleet)?.fleet;
	if (fleet) {
		lines.push([fleet.applied < fleet.instances ? "warn" : "good", text("fleet", fleet)]);
		if (fleet.lagging.length > 0) {
			lines.push(["warn", text("lagging", { names: fleet.lagging.slice(0, LIST).join(", ") })]);
		}
	}
	const stage = states.find((it) => it.stage)?.stage;
	if (stage) {
		lines.push([stage.state === "done" ? "" : "warn", text("stage", { ...stage, time: clock(stage.until),
			detail: stage.detail ?? "" })]);
	}
	const armed = states.find((it) => it.whenSafe)?.whenSafe;
	if (armed) {
		lines.push(["warn", armed.until ? text("whenSafe", { time: clock(armed.until), name: armed.by })
			: text("whenSafeNoEnd", { name: armed.by })]);
		for (const what of armed.waitingFor) {
			lines.push(["", text("waiting", { what })]);
		}
	}
	for (const what of distinct(states.flatMap((it) => it.switch.findings))) {
		lines.push(["warn", text("finding", { what })]);
	}
	for (const what of distinct(states.flatMap((it) => Object.entries(it.exceptions)
		.map(([name, on]) => shortName(name) + " " + text(on ? "on" : "off"))))) {
		lines.push(["", text("exception", { what })]);
	}
	for (const what of distinct(states.flatMap((it) => it.problems.map((one) => one.location + ": " + one.message)))) {
		lines.push(["bad", text("problem", { what })]);
	}
	return h("ul", { class: "nf-facts" }, lines.slice(0, LIST).map(([level, line]) => h("li", { class: "nf-" + level },
		mark(level) + line)));
}

/** The services of one or more instances, each once. */
function collect(states) {
	const found = new Map();
	for (const state of states) {
		for (const [name, it] of Object.entries(state.services)) {
			const known = found.get(name);
			if (known) {
				known.push(it);
			}
			else {
				found.set(name, [it]);
			}
		}
	}
	return found;
}

function range(values) {
	const lowest = Math.min(...values);
	const highest = Math.max(...values);
	return lowest === highest ? String(lowest) : lowest + "–" + highest;
}

function notes(all) {
	const found = [];
	if (all.every((it) => it.instances === 0)) {
		found.push([all.some((it) => it.enabled) ? "bad" : "warn", text("noBackup")]);
	}
	for (const state of distinct(all.map((it) => it.detector?.state).filter((it) => it && it !== "NORMAL"))) {
		found.push(["bad", text("detector", { state })]);
	}
	const excluded = Math.max(...all.map((it) => it.liveness?.excluded?.length ?? 0));
	if (excluded > 0) {
		found.push(["bad", text("excluded", { count: excluded })]);
	}
	return found;
}

function servedFrom(all) {
	const counts = new Map();
	for (const it of all) {
		const from = it.servedFrom ?? "never";
		counts.set(from, (counts.get(from) ?? 0) + 1);
	}
	return [...counts].map(([from, count]) => counts.size === 1 ? text("from_" + from)
		: text("fromSome", { name: text("from_" + from), count })).join(", ");
}

function newest(all) {
	return all.map((it) => it.modified).filter(Boolean).sort().pop();
}

/** A page of the services, in the order of their names. */
const Services = {
	name: "NacosFailoverServices",
	props: { states: { type: Array, required: true }, rows: { type: Number, required: true } },
	emits: ["search", "more"],
	render() {
		const all = collect(this.states);
		const shown = [...all.keys()].sort().slice(0, this.rows);
		const found = Math.max(all.size, ...this.states.map((it) => it.page.total));
		return h("section", { class: "nf-panel nf-services" }, [
			h("h3", text("services")),
			h("p", { class: "nf-tools" }, [
				h("label", [text("search") + " ", h("input", {
					type: "search", name: "nacos-failover-search", autocomplete: "off", spellcheck: false,
					onInput: (event) => this.$emit("search", event.target.value.trim())
				})]),
				h("span", { role: "status" }, text("shown", { shown: shown.length, found }))
			]),
			h("div", { class: "nf-wide" }, h("table", [
				h("thead", h("tr", ["service", "servedFrom", "backup", "age", "liveness", "notes"].map((it) => h("th",
					{ scope: "col" }, text(it))))),
				h("tbody", shown.length === 0 ? h("tr", h("td", { colspan: 6 }, text("none")))
					: shown.map((name) => this.row(name, all.get(name))))
			])),
			found > shown.length && this.rows < MAX_ROWS ? h("button", {
				type: "button", class: "nf-button", onClick: () => this.$emit("more")
			}, text("more")) : null
		]);
	},
	methods: {
		row(name, all) {
			const liveness = all.find((it) => it.liveness)?.liveness;
			const served = all.some((it) => it.servedFrom === "failover" || it.servedFrom === "hold");
			return h("tr", { key: name, "data-service": name }, [
				h("th", { scope: "row", title: name }, shortName(name)),
				h("td", { class: served ? "nf-warn" : "" }, servedFrom(all)),
				h("td", range(all.map((it) => it.healthy)) + "/" + range(all.map((it) => it.instances))),
				h("td", time(newest(all))),
				h("td", liveness ? text("livenessText", liveness) : "–"),
				h("td", notes(all).map(([level, note]) => h("span", { class: "nf-note nf-" + level }, mark(level) + note)))
			]);
		}
	}
};

// ---------------------------------------------------------------- switching

/**
 * Previews a switch for one or more instances, sends each the plan that was shown for it,
 * and says what has become of it.
 */
const Switch = {
	name: "NacosFailoverSwitch",
	props: {
		application: { type: Object, default: null },
		instances: { type: Array, required: true },
		namespace: { type: String, required: true },
		enabled: { type: Boolean, required: true },
		extend: { type: Boolean, default: false }
	},
	emits: ["close", "changed"],
	data() {
		return {
			// As they were when the dialog was opened: whoever comes later was not previewed.
			targets: markRaw([...this.instances]), step: "previewing", reports: new Map(), results: new Map(), reason: "",
			duration: "1h", when: "", force: false, confirm: "", error: "", invalid: "", refusalShown: false
		};
	},
	mounted() {
		this.$el.showModal();
		this.preview();
	},
	render() {
		const title = text(this.extend ? "titleExtend" : this.enabled ? "titleOn" : "titleOff", { namespace: this.namespace });
		return h("dialog", {
			class: "nacos-failover nf-dialog", "aria-label": title, "data-step": this.step, onClose: () => this.$emit("close"),
			onCancel: (event) => {
				if (this.step === "sending") {
					event.preventDefault();
				}
			}
		}, h("form", {
			novalidate: true, onSubmit: (event) => {
				event.preventDefault();
				this.submit();
			}
		}, [h("h3", title), ...this.content()]));
	},
	methods: {
		content() {
			switch (this.step) {
				case "previewing": return [h("p", { role: "status" }, text("previewing")), this.buttons()];
				case "done": return this.outcome();
				default: return [this.previewed(), this.fields(), this.buttons()];
			}
		},
		close() {
			this.$el.close();
		},
		async preview() {
			this.step = "previewing";
			this.error = "";
			const answers = await askAll(this.application, this.targets, "actuator/" + ENDPOINT + "/preflight?namespace="
				+ encodeURIComponent(this.namespace));
			this.reports = new Map(this.targets.map((it) => {
				const answer = answers.get(it.id) ?? { status: 0, json: null };
				const report = answer.json?.namespaces?.[this.namespace];
				return [it.id, { answer, verdict: report ? this.enabled ? report.on : report.off : null }];
			}));
			this.refusalShown ||= [...this.reports.values()].some((it) => it.verdict && !it.verdict.allowed);
			this.step = "ready";
		},
		previewed() {
			return h("div", { class: "nf-preview" }, [
				h("h4", text("preview")),
				...this.targets.slice(0, LIST).map((it) => this.report(it)),
				this.targets.length > LIST ? h("p", text("more_", { count: this.targets.length - LIST })) : null
			]);
		},
		report(instance) {
			const { answer, verdict } = this.reports.get(instance.id) ?? {};
			const lines = [];
			if (!verdict) {
				lines.push(h("p", { class: "nf-bad" }, mark("bad") + text("unreachedWhy", { why: failure(answer ?? { status: 0 }) })));
			}
			else {
				lines.push(verdict.allowed ? h("p", { class: "nf-good" }, mark("good") + text("allowed"))
					: folded("bad", text("refused") + ": " + (verdict.refused[0] ?? ""), verdict.refused.slice(1)));
				for (const what of verdict.warnings) {
					lines.push(h("p", { class: "nf-warn" }, mark("warn") + text("warning", { what })));
				}
				if (verdict.plan) {
					lines.push(...this.plan(verdict.plan));
				}
			}
			return h("div", { key: instance.id, class: "nf-report", "data-instance": instance.id }, [
				h("strong", label(instance)), ...lines]);
		},
		plan(plan) {
			const lines = [folded("", plan.services.length === 0 ? text("planNone")
				: text(this.enabled ? "planOn" : "planOff", { count: plan.services.length }), plan.services.map(shortName))];
			if (this.enabled && plan.newestBackup) {
				lines.push(h("p", text("planAge", { newest: span(seconds(plan.newestBackup)), oldest: span(seconds(plan.oldestBackup)) })));
			}
			if (plan.missing?.length > 0) {
				lines.push(folded("warn", text("planMissing", { count: plan.missing.length }), plan.missing.map(shortName)));
			}
			if (plan.losing?.length > 0) {
				lines.push(folded("warn", text("planLosing", { count: plan.losing.length }), plan.losing.map((it) =>
					shortName(it.service) + ": " + it.before + " → " + (it.after ?? "?"))));
			}
			return lines;
		},
		fields() {
			const field = (name, content) => h("label", { class: "nf-field" }, [h("span", text(name, { namespace: this.namespace })),
				content]);
			const input = (name, attributes) => h("input", {
				type: "text", name: "nacos-failover-" + name, value: this[name], autocomplete: "off", spellcheck: false,
				"aria-invalid": this.invalid === name ? "true" : null, onInput: (event) => {
					this[name] = event.target.value;
				}, ...attributes
			});
			const select = (name, options) => h("select", {
				name: "nacos-failover-" + name, value: this[name], onChange: (event) => {
					this[name] = event.target.value;
				}
			}, options.map(([value, shown]) => h("option", { value, selected: this[name] === value }, shown)));
			const length = (value) => span(Number.parseInt(value, 10) * (value.endsWith("m") ? 60 : 3600));
			const disabled = this.step === "sending";
			return h("fieldset", { disabled }, [
				field("fReason", input("reason", { maxlength: 300, required: true })),
				this.enabled ? field("fDuration", select("duration", [...["30m", "1h", "4h", "8h", "24h"].map((it) => [it, length(it)]),
					["", text("noDuration")]]))
					: field("fWhen", select("when", [["", text("now")], ...["10m", "30m", "1h", "4h"].map((it) => [it,
						text("safeWithin", { time: length(it) })])])),
				this.refusalShown && !this.when ? h("label", { class: "nf-field nf-force" }, [h("input", {
					type: "checkbox", name: "nacos-failover-force", checked: this.force, onChange: (event) => {
						this.force = event.target.checked;
					}
				}), h("span", text("fForce"))]) : null,
				field("fConfirm", input("confirm", { autocapitalize: "off", required: true }))
			]);
		},
		buttons() {
			const ready = this.step === "ready";
			const any = [...this.reports.values()].some((it) => it.verdict);
			return h("div", [
				ready && !any ? h("p", { class: "nf-bad", role: "alert" }, text("nothing")) : null,
				this.error ? h("p", { class: "nf-bad", role: "alert" }, this.error) : null,
				h("p", { class: "nf-buttons" }, [
					h("button", { type: "submit", class: "nf-button nf-primary", disabled: !ready || !any }, text(this.step === "sending"
						? "sending" : this.force && !this.when ? "submitForce" : this.enabled ? "submitOn" : "submitOff")),
					h("button", { type: "button", class: "nf-button", disabled: !ready, onClick: () => this.preview() }, text("again")),
					h("button", {
						type: "button", class: "nf-button", disabled: this.step === "sending", onClick: () => this.close()
					}, text("cancel"))
				])
			]);
		},
		complain(field, problem) {
			this.error = problem;
			this.invalid = field;
			this.$el.querySelector("[name=nacos-failover-" + field + "]")?.focus();
		},
		async submit() {
			if (this.step !== "ready") {
				return;
			}
			this.error = "";
			this.invalid = "";
			if (this.reason.trim() === "") {
				this.complain("reason", text("missingReason"));
				return;
			}
			if (this.confirm.trim() !== this.namespace) {
				this.complain("confirm", text("missingConfirm", { namespace: this.namespace }));
				return;
			}
			this.step = "sending";
			this.results = new Map();
			await this.send();
			this.refusalShown ||= [...this.results.values()].some((it) => it.kind === "refused");
			this.confirm = "";
			this.force = false;
			this.step = "done";
			this.$emit("changed");
		},
		body(verdict) {
			const body = { enabled: this.enabled, namespace: this.namespace, reason: this.reason.trim() };
			if (!this.enabled && this.when) {
				body.whenSafe = this.when;
				return body;
			}
			if (this.enabled && this.duration) {
				body.duration = this.duration;
			}
			if (this.force) {
				body.force = true;
			}
			if (verdict.plan) {
				body.plan = verdict.plan.id;
			}
			return body;
		},
		/**
		 * One after the other until one has applied it. If others have it from there, through
		 * a store or a directory that they share, their plans are out of date, and carried
		 * out. The rest is sent at the same time.
		 */
		async send() {
			const left = [];
			for (const it of this.targets) {
				if (this.reports.get(it.id).verdict) {
					left.push(it);
				}
				else {
					this.results.set(it.id, { kind: "unreached", why: failure(this.reports.get(it.id).answer) });
				}
			}
			let applied = null;
			while (left.length > 0 && applied === null) {
				const result = await this.sendTo(left.shift());
				if (result.kind === "applied" && !result.armed) {
					applied = result.state;
					await this.shared(left, applied);
				}
			}
			await forEach(left.filter((it) => !this.results.has(it.id)), (it) => this.sendTo(it));
			// One may have seen it only after it was asked.
			await this.shared(left.filter((it) => this.results.get(it.id).kind === "stale"), applied);
		},
		async shared(others, applied) {
			if (others.length === 0 || !applied?.switch.at) {
				return;
			}
			const answers = await askAll(this.application, others, "actuator/" + ENDPOINT + "?limit=1");
			for (const it of others) {
				const state = answers.get(it.id)?.json?.namespaces?.[this.namespace];
				if (state?.enabled === this.enabled && ["at", "by", "reason", "until"].every((field) =>
					state.switch[field] === applied.switch[field])) {
					this.results.set(it.id, { kind: "applied", shared: true, findings: state.switch.findings });
				}
			}
		},
		async sendTo(instance) {
			const { verdict } = this.reports.get(instance.id);
			const answer = await exchange(instance.axios, "post", "actuator/" + ENDPOINT, this.body(verdict));
			const result = this.classify(answer);
			this.results.set(instance.id, result);
			return result;
		},
		classify(answer) {
			const { status, json } = answer;
			if (status >= 200 && status < 300) {
				const state = json?.namespaces?.[this.namespace];
				return { kind: "applied", armed: status === 202, state, findings: state?.switch.findings ?? [] };
			}
			if (status === 409 && json?.plan) {
				return { kind: "stale", why: (json.refused ?? []).join("; ") };
			}
			if (status === 409) {
				return { kind: "refused", why: (json?.refused ?? [json?.message ?? ""]).join("; ") };
			}
			if ([400, 403, 405].includes(status)) {
				return { kind: "refused", final: true, why: failure(answer) };
			}
			return { kind: "unreached", why: failure(answer) };
		},
		outcome() {
			const count = (...kinds) => [...this.results.values()].filter((it) => kinds.includes(it.kind)).length;
			const rest = this.targets.filter((it) => this.results.get(it.id)?.kind !== "applied");
			return [
				h("h4", text("result")),
				h("p", { role: "status", class: "nf-summary" }, text("summary", {
					applied: count("applied"), refused: count("refused", "stale"), unreached: count("unreached")
				})),
				h("ul", { class: "nf-results" }, this.targets.slice(0, LIST).map((it) => this.resultLine(it, this.results.get(it.id)))),
				h("p", { class: "nf-buttons" }, [
					rest.length > 0 ? h("button", {
						type: "button", class: "nf-button", onClick: () => {
							this.targets = markRaw(rest);
							this.preview();
						}
					}, text("rest")) : null,
					h("button", { type: "button", class: "nf-button nf-primary", onClick: () => this.close() }, text("close"))
				])
			];
		},
		resultLine(instance, result) {
			const level = { applied: "good", refused: "bad", stale: "warn", unreached: "bad" }[result.kind];
			const what = { applied: result.armed ? text("armed") : result.shared ? text("shared") : text("applied"),
				refused: text("refused"), stale: text("stalePlan"), unreached: text("unreached") }[result.kind];
			return h("li", { key: instance.id, "data-instance": instance.id, "data-result": result.kind }, [
				h("strong", label(instance)), " ",
				h("span", { class: "nf-" + level }, mark(level) + what + (result.why ? ": " + result.why : "")),
				...(result.findings ?? []).map((it) => h("div", { class: "nf-warn" }, mark("warn") + it))
			]);
		}
	}
};

// ---------------------------------------------------------------- failover of instances

/** What one instance says, or all of an application. */
const Failover = {
	name: "NacosFailover",
	props: {
		application: { type: Object, default: null },
		instances: { type: Array, required: true },
		table: { type: Boolean, default: false }
	},
	data() {
		return {
			answers: new Map(), at: null, lost: null, chosen: null, dialog: null, timer: null, asked: 0, gone: false, search: "",
			rows: this.instances.length > MANY_INSTANCES ? ROWS_OF_MANY : ROWS
		};
	},
	computed: {
		// Not the objects, which are replaced with each event, so that nothing is asked twice.
		ids() {
			return this.instances.map((it) => it.id).join(" ");
		},
		spaces() {
			return distinct([...this.answers.values()].flatMap((it) => Object.keys(it.json?.namespaces ?? {}))).sort();
		},
		namespace() {
			return this.spaces.includes(this.chosen) ? this.chosen : this.spaces.find((name) => this.statesOf(name)
				.some((it) => it.enabled)) ?? this.spaces[0] ?? null;
		},
		/** All but those that have answered that they do not use the namespace. */
		concerned() {
			return this.instances.filter((it) => {
				const spaces = this.answers.get(it.id)?.json?.namespaces;
				return !spaces || this.namespace in spaces;
			});
		},
		states() {
			return this.namespace === null ? [] : this.statesOf(this.namespace);
		}
	},
	watch: {
		ids() {
			this.answers = new Map();
			this.poll();
		}
	},
	created() {
		this.poll();
	},
	mounted() {
		document.addEventListener("visibilitychange", this.poll);
	},
	beforeUnmount() {
		this.gone = true;
		clearTimeout(this.timer);
		document.removeEventListener("visibilitychange", this.poll);
	},
	render() {
		const error = this.lost ? h("p", { class: "nf-bad nf-alert", role: "alert" }, mark("bad") + (this.at
			? text("stale", { time: clock(this.at), why: this.lost }) : this.lost)) : null;
		if (this.namespace === null) {
			return h("div", { class: "nf-panel" }, error ?? h("p", { role: "status" }, text("loading")));
		}
		const on = this.states.some((it) => it.enabled);
		const off = this.states.some((it) => !it.enabled);
		return h("div", [
			error,
			h("section", { class: ["nf-panel", "nf-status", on ? "nf-on" : "nf-off"], "data-enabled": String(on) }, [
				this.spaces.length > 1 ? h("p", h("label", [text("namespace") + " ", h("select", {
					name: "nacos-failover-namespace", value: this.namespace, onChange: (event) => {
						this.chosen = event.target.value;
					}
				}, this.spaces.map((it) => h("option", { value: it, selected: it === this.namespace }, it)))])) : null,
				h("h2", { class: "nf-sentence", "aria-live": "polite" }, sentence(this.namespace, this.states)),
				facts(this.states, this.concerned.length),
				h("p", { class: "nf-buttons" }, [
					off ? this.button("switchOn", "nf-primary", { enabled: true }) : null,
					on ? this.button("switchOff", "nf-primary", { enabled: false }) : null,
					on && !off ? this.button("extend", "", { enabled: true, extend: true }) : null
				])
			]),
			this.table ? this.instanceTable() : null,
			h(Services, {
				states: this.states, rows: this.rows, onSearch: (search) => {
					this.search = search;
					clearTimeout(this.timer);
					this.timer = setTimeout(this.poll, SEARCH_DELAY);
				}, onMore: () => {
					this.rows = Math.min(MAX_ROWS, this.rows + ROWS);
					this.poll();
				}
			}),
			this.dialog ? h(Switch, {
				key: this.dialog.key, ...this.dialog.props, onClose: () => {
					this.dialog = null;
				}, onChanged: () => this.poll()
			}) : null
		]);
	},
	methods: {
		statesOf(name) {
			return [...this.answers.values()].map((it) => it.json?.namespaces?.[name]).filter(Boolean);
		},
		async poll() {
			clearTimeout(this.timer);
			if (this.gone || document.hidden) {
				return;
			}
			const number = ++this.asked;
			const answers = await askAll(this.application, this.instances, "actuator/" + ENDPOINT + "?limit=" + this.rows
				+ (this.search ? "&service=" + encodeURIComponent(this.search) : ""));
			if (this.gone || number !== this.asked) {
				return;
			}
			const good = [...answers.values()].filter((it) => it.status === 200 && it.json?.namespaces);
			if (good.length > 0) {
				this.answers = markRaw(answers);
				this.at = Date.now();
				this.lost = null;
			}
			else {
				this.lost = failure([...answers.values()][0] ?? { status: 0 });
			}
			clearTimeout(this.timer);
			this.timer = setTimeout(this.poll, POLL + POLL_PER_INSTANCE * this.instances.length);
		},
		button(name, kind, props) {
			return h("button", {
				type: "button", class: ["nf-button", kind], "data-action": name, onClick: () => {
					this.dialog = {
						key: Date.now(),
						props: {
							...props, namespace: this.namespace, application: this.application, instances: this.concerned
						}
					};
				}
			}, text(name));
		},
		instanceTable() {
			return h("section", { class: "nf-panel nf-instances" }, [
				h("h3", text("instances")),
				h("div", { class: "nf-wide" }, h("table", [
					h("thead", h("tr", ["instance", "state", "server", "since", "who", "why", "end_", ""].map((it) => h("th",
						{ scope: "col" }, it ? text(it) : "")))),
					h("tbody", this.instances.slice(0, LIST).map((it) => this.instanceRow(it)))
				])),
				this.instances.length > LIST ? h("p", text("more_", { count: this.instances.length - LIST })) : null
			]);
		},
		instanceRow(instance) {
			const answer = this.answers.get(instance.id);
			const state = answer?.json?.namespaces?.[this.namespace];
			const open = h("a", {
				href: "instances/" + encodeURIComponent(instance.id) + "/" + ENDPOINT, onClick: (event) => {
					event.preventDefault();
					this.$router.push({ name: "instances/" + ENDPOINT, params: { instanceId: instance.id } });
				}
			}, text("open"));
			const cells = state ? [
				h("td", { class: state.enabled ? "nf-warn" : "" }, (state.enabled ? "● " : "○ ") + text(state.enabled ? "on" : "off")),
				h("td", { class: state.serverStatus === "DOWN" ? "nf-bad" : "" }, state.serverStatus),
				h("td", time(state.switch.at)), h("td", state.switch.by ?? "–"), h("td", state.switch.reason ?? "–"),
				h("td", [time(state.switch.until), state.switch.overdue ? " " + text("overdue") : ""])
			] : [h("td", { colspan: 6, class: "nf-bad" }, answer ? mark("bad") + failure(answer) : "–")];
			return h("tr", { key: instance.id, "data-instance": instance.id }, [
				h("th", { scope: "row", title: instance.id }, label(instance)), ...cells, h("td", open)]);
		}
	}
};

// ---------------------------------------------------------------- views

const InstanceView = {
	name: "NacosFailoverInstanceView",
	props: { instance: { type: Object, required: true }, application: { type: Object, default: null } },
	computed: {
		// In the address, as the view stays when another instance is chosen.
		scope() {
			return this.$route.query.scope === ALL ? ALL : SINGLE;
		}
	},
	render() {
		const all = this.application?.instances ?? [];
		const whole = this.scope === ALL && all.length > 0;
		return h("div", { class: "nacos-failover nf-page" }, [
			all.length > 1 ? h("p", { class: "nf-tools", role: "group", "aria-label": text("scope") }, [text("scope") + ": ",
				this.choice(SINGLE, text("scopeSingle")), this.choice(ALL, text("scopeAll", { count: all.length }))]) : null,
			whole ? h(Failover, { key: ALL, application: this.application, instances: all, table: true })
				: h(Failover, { key: this.instance.id, instances: [this.instance] })
		]);
	},
	methods: {
		choice(scope, shown) {
			return h("button", {
				type: "button", class: "nf-button", "data-scope": scope, "aria-pressed": String(this.scope === scope),
				onClick: () => this.$router.replace({ query: { scope } })
			}, shown);
		}
	}
};

const ApplicationView = {
	name: "NacosFailoverApplicationView",
	props: { applications: { type: Array, default: () => [] } },
	render() {
		const all = this.applications.filter(exposes);
		const name = this.$route.params.application;
		const chosen = all.find((it) => it.name === name) ?? (all.length === 1 && !name ? all[0] : null);
		if (chosen) {
			return h("div", { class: "nacos-failover nf-page" }, [
				h("p", { class: "nf-tools" }, [h("strong", chosen.name), all.length > 1 ? this.link(null, text("back")) : null]),
				h(Failover, { key: chosen.name, application: chosen, instances: chosen.instances, table: true })
			]);
		}
		return h("div", { class: "nacos-failover nf-page" }, h("section", { class: "nf-panel" }, [
			h("h2", text("applications")),
			all.length === 0 ? h("p", text("noApplication")) : h("ul", { class: "nf-names" }, all.map((it) => h("li",
				{ key: it.name }, [this.link(it.name, it.name), " (" + it.instances.length + ")"])))
		]));
	},
	methods: {
		link(application, shown) {
			return h("a", {
				href: ENDPOINT + (application ? "/" + encodeURIComponent(application) : ""), onClick: (event) => {
					event.preventDefault();
					this.$router.push({ name: ENDPOINT, params: application ? { application } : { application: "" } });
				}
			}, shown);
		}
	}
};

SBA.use({
	install({ viewRegistry, i18n }) {
		for (const [locale, values] of Object.entries(messages)) {
			i18n.mergeLocaleMessage(locale, { nacosfailover: values });
		}
		viewRegistry.addView({
			name: ENDPOINT, path: "/" + ENDPOINT + "/:application?", component: ApplicationView, label: "nacosfailover.label",
			order: 150
		});
		viewRegistry.addView({
			name: "instances/" + ENDPOINT, parent: "instances", path: ENDPOINT, component: InstanceView,
			label: "nacosfailover.label", group: ENDPOINT, order: 10, isEnabled: ({ instance }) => instance.hasEndpoint(ENDPOINT)
		});
		viewRegistry.setGroupIcon(ENDPOINT, "<svg aria-hidden='true' class='h-5 w-5 mr-3' fill='none' viewBox='0 0 24 24'"
			+ " stroke='currentColor' stroke-width='2'><path stroke-linecap='round' stroke-linejoin='round'"
			+ " d='M4 7h12l-3-3M20 17H8l3 3'/></svg>");
	}
});
})();

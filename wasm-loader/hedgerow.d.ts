/**
 * Hedgerow loads a widget from any CDN that can serve it: fast, exactly once,
 * and never from a place that the configuration forbids.
 */

// <generated: config>
/** How a page loads its assets, whichever CDN fails. */
export interface Config {
  /** The residency fence: endpoints of other regions, or of none, are never asked, even if everything else is down. */
  allowedRegions?: string[];
  /** What to load, where it is a single asset. */
  asset?: string | Asset;
  /** What to load, in the order of execution. */
  assets?: Array<string | Asset>;
  /** Whether the visitor has agreed to storage and beacons. If not, there is neither until the page says otherwise. Default: `true`. */
  consent?: boolean;
  /** How assets are requested that do not say so themselves. */
  crossOrigin?: CrossOrigin;
  /** Whether every decision is written to the console. Default: `false`. */
  debug?: boolean;
  /** The CDNs that serve all the assets under the same paths. */
  endpoints: Endpoint[];
  /** What visitors get where the assets do not arrive. */
  fallback?: Fallback;
  /** When a second endpoint is asked beside a first that has made no progress: `"auto"` follows the page's measured round trips, 0 is never. Default: `"auto"`. */
  hedgeMs?: 'auto' | number;
  /** The global function to call once when all is loaded, such as `purecloud.init`. */
  init?: string;
  /** The hashes of a single asset, of which its bytes must have one. */
  integrity?: string;
  /** Where the health of endpoints is remembered between page views. Default: `{"storage":"local","ttlSeconds":3600}`. */
  memory?: Memory;
  /** The page's CSP nonce, for the elements that are inserted. */
  nonce?: string;
  /** The global that exists once the assets have really run, such as `purecloud`. */
  ready?: string;
  /** How long to wait for `ready` after execution. Default: `0`. */
  readyTimeoutMs?: number;
  /** Where a remote document comes from that may change timeouts, weights and states. */
  refresh?: RefreshSource;
  /** Where a report of each load is sent. */
  report?: ReportTarget;
  /** What marks an open session, which goes on while load is shed. */
  session?: Session;
  /** Globals to define while load is shed, so that the page's own calls do not throw. */
  stub?: string[];
  /** Load is being shed: which tier is in force. Default: `{"tier":0}`. */
  surge?: Surge;
  /** The deadline of one attempt. Default: `3000`. */
  timeoutMs?: number;
  /** The deadline of the whole load. Default: `10000`. */
  totalTimeoutMs?: number;
  /** What scripts are that do not say so themselves. */
  type?: 'classic' | 'module';
  /** Counts up with each change; only a newer refresh document is taken over. Default: `0`. */
  version?: number;
  /** The visitor's region: its endpoints are preferred within a priority. */
  visitorRegion?: string;
}

/** A file that every endpoint serves under the same path. */
export interface Asset {
  /** Its size on the wire, as far as it is known: the hedge waits the longer on slow networks. */
  bytes?: number;
  /** How it is requested. With `integrity` or as a module it needs CORS, and `"anonymous"` is taken. */
  crossOrigin?: CrossOrigin;
  /** The hashes of which its bytes must have one, whichever endpoint served them. */
  integrity?: string;
  /** The path at every endpoint. Instead of it, `url` takes the whole URL at one of the endpoints. */
  path?: string;
  /** What it is. Not given, the path tells (`.css`, `.mjs`), or else the document's own `type`. */
  type?: AssetType;
  /** The URL at one of the endpoints, in place of `path`. */
  url?: string;
}

/** What an asset is. */
export type AssetType = 'script' | 'module' | 'style';

/** How an asset is requested across origins (HTML's CORS settings attribute). */
export type CrossOrigin = 'anonymous' | 'use-credentials';

/** A CDN, or another place that serves all the assets. */
export interface Endpoint {
  /** What a background probe asks for, and expects. */
  health?: HealthCheck;
  /** Names the endpoint in events, reports and refresh documents. */
  id: string;
  /** Endpoints of a lower number are used first. Where no endpoint of the document has a `priority` or a `weight`, each has its position: the first is the primary. */
  priority?: number;
  /** The region in which it keeps data, as `visitorRegion` and `allowedRegions` name it. */
  region?: string;
  /** Whether it takes part. Default: `"active"`. */
  state?: EndpointState;
  /** Where the assets' paths go: an https URL, which may have a path of its own. An http endpoint is skipped on https pages. */
  url: string;
  /** The share of visitors among endpoints of the same priority. At 0 it comes after all others. Default: `100`. */
  weight?: number;
}

/** Whether an endpoint takes part. */
export type EndpointState = 'active' | 'drain' | 'down';

/** What visitors get where the assets do not arrive. */
export type Fallback = {
  /** The markup. */
  html: string;
  /** The CSS selector of the element that receives it; the end of the body where not given. */
  target?: string;
} | {
  /** The CSS selector of the element that receives it; the end of the body where not given. */
  target?: string;
  /** Its URL. */
  url: string;
};

/** How an endpoint's health is asked for. */
export interface HealthCheck {
  /** How long to wait between two probes. Default: `30`. */
  intervalSeconds?: number;
  /** A path that answers at every moment, such as `/health.txt`. */
  path: string;
  /** The status that means healthy. Default: `200`. */
  status?: number;
}

/** Where the health of endpoints is remembered between page views. */
export interface Memory {
  /** The browser's storage. Default: `"local"`. */
  storage?: Storage;
  /** How long a demotion holds. Default: `3600`. */
  ttlSeconds?: number;
}

/** Where a remote document comes from that may change timeouts, weights and states. */
export interface RefreshSource {
  /** How old the last one may be before it is asked for again. Default: `300`. */
  intervalSeconds?: number;
  /** Its URL. */
  url: string;
}

/** Where a report of each load is sent. */
export interface ReportTarget {
  /** The share of page views that report: 0 none, 1 all. Default: `1.0`. */
  sampleRate?: number;
  /** The URL that takes the beacon. */
  url: string;
}

/** What marks an open session, which goes on while load is shed. */
export type Session = string | {
  /** The key. */
  storageKey: string;
} | {
  /** Its name. */
  cookie: string;
};

/** A storage of the browser. */
export type Storage = 'local' | 'session' | 'none';

/** Load is being shed: which tier is in force. */
export interface Surge {
  /** 0: load as usual. 3: not for new sessions. 4: the fallback only. */
  tier: 0 | 3 | 4;
}
// </generated: config>

// <generated: reasons>
/** Why something was decided. The names are stable. */
export type Reason =
  /** The endpoint came first in the order. */
  | 'first_choice'
  /** The attempt before it failed. */
  | 'failover'
  /** The attempt before it made no progress for the hedge delay. */
  | 'hedge'
  /** The winner turned out unusable when it was committed. */
  | 'resume'
  /** The attempt before it passed its own deadline. */
  | 'attempt_deadline'
  /** The endpoint of the attempt before it was ejected meanwhile. */
  | 'endpoint_ejected'
  /** The attempt delivered what was used. */
  | 'won'
  /** No usable response: refused, reset, DNS, TLS or blocked on the way. */
  | 'network_error'
  /** The response status says failure. */
  | 'http_status'
  /** The attempt passed its own deadline. */
  | 'timeout'
  /** The deadline of the whole load passed. */
  | 'total_deadline'
  /** The body ended before it was whole. */
  | 'truncated'
  /** The body is not of the type asked for, such as an HTML page instead of a script. */
  | 'wrong_content'
  /** The response has no body. */
  | 'empty_body'
  /** The body does not match the configured integrity. */
  | 'integrity_mismatch'
  /** The page's Content Security Policy forbids the request. */
  | 'csp_blocked'
  /** The script threw while it ran. */
  | 'script_threw'
  /** The script ran, but what it must define is not there. */
  | 'ready_missing'
  /** The page accepted the asset but never reported its execution. */
  | 'commit_deadline'
  /** Another attempt won while this one had made no progress. */
  | 'hedge_lost'
  /** Another attempt won first. */
  | 'superseded'
  /** The caller cancelled. */
  | 'cancelled'
  /** The visitor's device is offline. */
  | 'offline'
  /** The visitor left the page. */
  | 'navigated_away'
  /** A hedge was due, but the hedge budget is spent. */
  | 'hedge_budget_empty'
  /** Every asset was executed once. */
  | 'loaded'
  /** The asset ran and matches its integrity, but did not become ready. */
  | 'loaded_not_ready'
  /** Every endpoint that may be used failed. */
  | 'all_endpoints_failed'
  /** No endpoint may be used: all are drained, down, or outside the fence. */
  | 'no_eligible_endpoint'
  /** The surge tier keeps the widget from loading for new sessions. */
  | 'surge_suppressed'
  /** Only the static fallback is shown. */
  | 'static_fallback'
  /** The remote configuration was taken over for the next view. */
  | 'refresh_accepted'
  /** The remote configuration is not newer than the one in use. */
  | 'refresh_older'
  /** The remote configuration is broken. */
  | 'refresh_invalid'
  /** The remote configuration touches what it may not. */
  | 'refresh_forbidden'
  /** The remote configuration could not be fetched. */
  | 'refresh_unreachable'
  /** The endpoint does not answer at all. */
  | 'unreachable'
  /** The endpoint answers, but unreadably: CORS header missing, or an error page. */
  | 'unreadable'
  /** The endpoint answers again. */
  | 'reachable';
// </generated: reasons>

/** One download of one asset from one endpoint. */
export interface Attempt {
  /** The asset's path. */
  asset: string;
  /** The endpoint's id. */
  endpoint: string;
  url: string;
  /** Why it was started. */
  why: Reason;
  /** `lost` counts against the endpoint, `cancelled` does not. */
  outcome: 'won' | 'lost' | 'failed' | 'cancelled';
  /** Why it ended so. */
  reason: Reason;
  /** Milliseconds since the load began. */
  startedMs: number;
  endedMs: number;
}

/** What a probe found after a failure. */
export interface Diagnosis {
  /** The endpoint's id. */
  endpoint: string;
  verdict: 'unreachable' | 'unreadable' | 'reachable';
}

/** How a load went. */
export interface Report {
  /** Whether every asset was executed, once. */
  ok: boolean;
  reason: Reason;
  /** The id of the endpoint that won, if one did. */
  endpoint: string | null;
  /** Its base URL, with a slash at the end. */
  url: string | null;
  durationMs: number;
  /** Who decided: the engine, or the JavaScript racer where WASM can't run. */
  engine: 'wasm' | 'js';
  /** 0, or the tier at which the widget was held back. */
  surgeTier: 0 | 3 | 4;
  attempts: Attempt[];
  /** Messages for whoever operates the page. */
  warnings: string[];
  /** Added when the page is idle, after an endpoint failed. */
  diagnosis?: Diagnosis[];
}

/**
 * Loads the assets. It never rejects for trouble with endpoints: see `ok`.
 * Without a configuration it takes `window.hedgerowConfig`, or tells of the load
 * that is under way. The same assets are loaded once per page: calling again
 * gives the same promise.
 */
export function load(config?: Config): Promise<Report>;

/** Where the winner serves `path`: for chunks that are loaded later. */
export function url(path: string): string;

/** Allows or forbids storage and the report from now on; see `Config.consent`. */
export function consent(given: boolean): void;

/** The release. */
export const version: string;

/** `window.hedgerow`. */
export interface Hedgerow {
  load(config?: Config): Promise<Report>;
  url(path: string): string;
  consent(given: boolean): void;
  readonly version: string;
}

/** `detail` of `hedgerow:attempt`: a download was started. */
export interface AttemptDetail {
  asset: string;
  endpoint: string;
  url: string;
  why: Reason;
  /** Its position in the report. */
  attempt: number;
  atMs: number;
}

/** `detail` of `hedgerow:failover`: another endpoint stands in. */
export interface FailoverDetail {
  asset: string;
  /** Endpoint ids. */
  from: string;
  to: string;
  reason: Reason;
  atMs: number;
}

declare global {
  interface Window {
    hedgerow?: Hedgerow;
    /** Read by the classic script, and by `load()` without an argument. */
    hedgerowConfig?: Config;
  }

  interface DocumentEventMap {
    'hedgerow:attempt': CustomEvent<AttemptDetail>;
    'hedgerow:failover': CustomEvent<FailoverDetail>;
    'hedgerow:loaded': CustomEvent<Report>;
    'hedgerow:failed': CustomEvent<Report>;
    'hedgerow:warning': CustomEvent<{ message: string }>;
  }
}

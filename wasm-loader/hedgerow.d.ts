/**
 * Hedgerow loads a widget from any CDN that can serve it: fast, exactly once,
 * and never from a place that the configuration forbids.
 */

// <generated: config>
// </generated: config>

// <generated: reasons>
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

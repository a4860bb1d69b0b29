// What a user of the package writes.
import { consent, load, url, version } from 'hedgerow';
import type { Config, Reason, Report } from 'hedgerow';

const config: Config = {
  asset: '/webmessaging/loader.js',
  endpoints: [
    { id: 'cdn1', url: 'https://cdn1.example.com', priority: 0, weight: 95, region: 'eu', state: 'active' },
    { id: 'cdn2', url: 'https://cdn2.example.com', priority: 0, weight: 5, region: 'eu' },
  ],
  timeoutMs: 3000,
  hedgeMs: 'auto',
  ready: 'purecloud',
  init: 'purecloud.init',
  allowedRegions: ['eu'],
  surge: { tier: 3 },
  stub: ['purecloud'],
  memory: { storage: 'session', ttlSeconds: 600 },
};

const report: Report = await load(config);
const reason: Reason = report.reason;
if (reason === 'all_endpoints_failed') consent(false);
for (const attempt of report.attempts) {
  const line: string = `${attempt.asset} ${attempt.url} ${attempt.why} ${attempt.outcome}`;
  console.log(line);
}
const chunk: string = url('chunk.js');
const own: string = version;
console.log(chunk, own, report.engine === 'wasm', report.warnings.length);

document.addEventListener('hedgerow:failover', (event) => {
  const { from, to, reason }: { from: string; to: string; reason: Reason } = event.detail;
  console.log(from, to, reason);
});
document.addEventListener('hedgerow:loaded', (event) => {
  const { ok }: Report = event.detail;
  console.log(ok);
});
window.hedgerowConfig = config;
const again: Promise<Report> | undefined = window.hedgerow?.load();
console.log(again);

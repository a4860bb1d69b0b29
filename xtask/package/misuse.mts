// What the types must refuse: every marked line, and no other.
import { load, url, version } from 'hedgerow';
import type { Config, Reason } from 'hedgerow';

const endpoints = [{ id: 'cdn1', url: 'https://cdn1.example.com' }];

load({ asset: '/widget.js', endpoints, timeoutMs: '3000' }); // wrong: a number
load({ asset: '/widget.js', endpoints, timeoutMS: 3000 }); // wrong: no such field
load({ asset: '/widget.js', endpoints, surge: { tier: 2 } }); // wrong: no such tier here
load({ asset: '/widget.js', endpoints: [{ url: 'https://cdn1.example.com' }] }); // wrong: no id
load({ asset: '/widget.js', endpoints: [{ id: 'a', url: 'https://a.example', state: 'off' }] }); // wrong: no such state
const noEndpoints: Config = { asset: '/widget.js' }; // wrong: no endpoints
const noReason: Reason = 'because'; // wrong: no such reason
url(); // wrong: a path is needed
version = '9'; // wrong: an import is read-only
const report = await load({ asset: '/widget.js', endpoints });
report.attempts[0].outcome === 'maybe'; // wrong: no such outcome
document.addEventListener('hedgerow:loaded', (event) => event.detail.nothing); // wrong: no such field
console.log(noEndpoints, noReason);

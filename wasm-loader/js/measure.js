/*
 * What this page has measured of its own network: the shortest round trip in
 * ms, and the best throughput in bytes per ms; 0 is unknown. The hedge delay
 * follows from them, so that a slow network is not taken for a broken CDN.
 */
export function measure() {
  let rtt = 0;
  let bandwidth = 0;
  let connect = 0;
  try {
    for (const kind of ['navigation', 'resource'])
      for (const entry of performance.getEntriesByType(kind)) {
        const { requestStart, responseStart, responseEnd, transferSize: size } = entry;
        // Other origins hide these times, but not the whole.
        const wait = responseStart ? responseStart - requestStart : entry.duration;
        const cached = !size && entry.decodedBodySize;
        if (wait > 0 && !cached) rtt = rtt ? Math.min(rtt, wait) : wait;
        const body = responseEnd - (responseStart || entry.startTime);
        if (size > 4096 && body > 0) bandwidth = Math.max(bandwidth, size / body);
        // The connection alone took a round trip.
        if (kind[0] == 'n')
          connect = (entry.secureConnectionStart || entry.connectEnd) - entry.connectStart;
      }
  } catch {}
  return { rtt_: Math.max(rtt, connect), bandwidth_: bandwidth };
}

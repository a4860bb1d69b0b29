/*
 * What this page has measured of its own network: the shortest round trip in
 * ms, and the best throughput in bytes per ms; 0 is unknown. The hedge delay
 * follows from them, so that a slow network is not taken for a broken CDN.
 */
export function measure(load) {
  load.rtt_ = 0;
  load.bandwidth_ = 0;
  // Entries without these times compare as neither more nor less.
  for (const entry of performance.getEntries()) {
    const { startTime, requestStart, responseStart, responseEnd, transferSize } = entry;
    // To the end: the body of a small answer comes with its head, and an
    // emulated network holds back nothing else. Other origins hide the start.
    const wait = responseEnd - (requestStart || startTime);
    const body = responseEnd - (responseStart || startTime);
    // What came from the cache made no round trip.
    if (wait > 0 && (transferSize || !entry.decodedBodySize))
      load.rtt_ = Math.min(wait, load.rtt_ || wait);
    if (transferSize > 4096 && body > 0) load.bandwidth_ = Math.max(load.bandwidth_, transferSize / body);
  }
}

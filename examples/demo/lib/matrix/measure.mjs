export async function measure() { return null; }

// The path below which a proxy has the service, as "/unfold"; "" where the service has the root.

const root = globalThis.document?.documentElement?.dataset?.root ?? "";

/** An address of the service as a browser asks for it; one that is so already stays. */
export function rooted(address) {
  if (!root || !address.startsWith("/") || address === root || address.startsWith(`${root}/`)) return address;
  return root + address;
}

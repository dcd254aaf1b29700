// The one Trusted Types policy of the page: it lets through the addresses of its own two workers and nothing else.

interface Policy {
  createScriptURL(url: string): string;
}

interface TrustedTypes {
  createPolicy(name: string, rules: Policy): Policy;
}

const OURS = /^\/(assets\/claim-decoder\.[A-Z0-9]{8}\.js|claim\/worker\.js)$/;
const rules: Policy = {
  createScriptURL(url: string): string {
    if (!OURS.test(url)) throw new TypeError("not one of our workers");
    return url;
  },
};
const factory = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
const policy = factory ? factory.createPolicy("claimstack", rules) : rules;

/** An address from which a worker may be started. */
export const workerUrl = (path: string): string => policy.createScriptURL(path);

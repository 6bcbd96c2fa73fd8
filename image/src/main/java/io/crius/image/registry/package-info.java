/**
 * The client's half of the registry protocol: ping, authentication, manifests, blobs.
 *
 * <p>{@link io.crius.image.registry.RegistryClient} talks to one repository at one endpoint for the time of one pull.
 * {@link io.crius.image.registry.Transports} holds what is expensive and shared, HTTP clients with their TLS settings, and
 * makes each when it is first needed: nothing of HTTP or TLS is loaded before the first pull.
 *
 * <p>Not here: which endpoint to ask, where credentials come from, what a manifest means. Read from disk: certs.d and the
 * machine's CA bundle; nothing is written. Locks: {@code Transports} guards its map of clients, {@code Authorizer} its
 * tokens; neither is held while the other is taken. Spec: OCI distribution-spec 1.1, "Pull"; Docker Registry v2 token
 * authentication.
 */
@NullMarked
package io.crius.image.registry;

import org.jspecify.annotations.NullMarked;

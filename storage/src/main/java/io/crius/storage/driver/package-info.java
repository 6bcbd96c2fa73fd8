/**
 * What a storage driver is: how trees of layers are kept, and shown as roots of containers. The drivers are in packages of
 * their own. No locks and no records here: callers hold {@code layers.lock} for whatever changes a layer, {@code storage.lock}
 * too for mounts.
 */
@NullMarked
package io.crius.storage.driver;

import org.jspecify.annotations.NullMarked;

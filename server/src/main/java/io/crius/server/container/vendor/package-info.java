/**
 * What vendors and administrators put on the node for containers: OCI hooks and Container Device Interface specifications.
 *
 * <p>Folders are looked at when a container is made, and only files that changed since are read: nothing is watched, and
 * nothing is missed. A bad file is named in the log once and hurts only containers that need it.
 *
 * <p>Lock order: each {@link io.crius.server.container.vendor.VendorFiles} has one lock, held while files are read; nothing is
 * called under it.
 */
@NullMarked
package io.crius.server.container.vendor;

import org.jspecify.annotations.NullMarked;

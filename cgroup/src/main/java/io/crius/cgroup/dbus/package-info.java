/**
 * The few calls of systemd that the daemon makes, over D-Bus.
 *
 * <p>{@link io.crius.cgroup.dbus.DbusUnits} speaks to systemd's own socket, which needs no bus, else to the system bus.
 * A connection lives for one call: scopes are asked for once in a container's life. Spec: D-Bus Specification, "Message
 * Protocol" and "Authentication Protocol"; org.freedesktop.systemd1(5). No locks; on disk nothing.
 */
@NullMarked
package io.crius.cgroup.dbus;

import org.jspecify.annotations.NullMarked;

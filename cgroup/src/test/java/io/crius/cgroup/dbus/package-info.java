/** Tests of cgroups: by fixtures in temporary folders, and on the node's own hierarchies (IT). */
@NullMarked
package io.crius.cgroup.dbus;

import org.jspecify.annotations.NullMarked;

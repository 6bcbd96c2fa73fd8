/**
 * What a pod has before its network is attached: pinned network, IPC, UTS and user namespaces, the sysctls written into them,
 * and the text of its resolv.conf and hostname files.
 *
 * <p>On disk, in CRI-O's layout: {@code <namespaces_dir>/{netns,ipcns,utsns,userns}/<pod id>}, each an empty file of
 * mode 0 with the namespace bind-mounted over it. The name carries the pod id, so that a pin nobody owns can be told at a glance.
 *
 * <p>No locks: callers serialise per pod.
 */
@NullMarked
package io.crius.network.pod;

import org.jspecify.annotations.NullMarked;

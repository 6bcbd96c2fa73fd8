/**
 * SELinux: which labels processes and files of pods get, and who sets them.
 *
 * <p>What a label is decided by is pure; {@link io.crius.server.selinux.FileLabels} alone touches files. Without SELinux
 * on the node, or with {@code selinux = false}, nothing here is used. No locks but that of {@link
 * io.crius.server.selinux.Levels}.
 */
@NullMarked
package io.crius.server.selinux;

import org.jspecify.annotations.NullMarked;

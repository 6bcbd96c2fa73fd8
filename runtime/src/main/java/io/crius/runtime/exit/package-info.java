/**
 * Exit truth: how and when a container ended, from the one who waited for it.
 *
 * <p>On disk, written by the monitor: {@code <exit dir>/<container id>} and {@code <persistent>/exit} hold the decimal exit
 * code without a newline, put in place by rename; {@code <bundle>/oom} or {@code <persistent>/oom} exists after an
 * out-of-memory kill.
 */
@NullMarked
package io.crius.runtime.exit;

import org.jspecify.annotations.NullMarked;

/**
 * The one door to the kernel. Everything that needs a system call beyond what the JDK offers is here, behind small role
 * interfaces gathered in {@link io.crius.linux.Linux}; nothing else in the project makes a native call.
 *
 * <p>Safety: all calls go through one foreign function descriptor, {@code long(long, ...)}, on the C library's
 * {@code syscall} or on a function with integer and pointer arguments only; memory handed to the kernel lives
 * until the call has returned. A call that may fail says with what operands, files by their names.
 *
 * <p>Threads: a native call keeps its carrier thread busy. Calls that only look something up run inline; calls that may
 * wait for a disk, a peer or a process run on named platform threads while a virtual thread waits parked; calls that
 * change the calling thread (unshare, setns) run on a platform thread of their own that is thrown away. Each method says
 * which.
 *
 * <p>Names of files are bytes to the kernel and strings here; {@link io.crius.linux.RawNames} says how.
 *
 * <p>Lock order: a child's lock, then that of births, then the map of file turns or the epoll's; none is held while waiting for
 * the kernel, except births during a spawn.
 *
 * <p>On disk: {@code .<name>.<hex>.tmp} beside a file that was being written when the machine stopped.
 */
@NullMarked
package io.crius.linux;

import org.jspecify.annotations.NullMarked;

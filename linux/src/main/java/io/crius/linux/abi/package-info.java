/**
 * The numbers that the kernel and C give to things: system calls, and where fields are in structures. Keyed by architecture where
 * they differ. A test compiles a C program with the system's headers and compares. Only {@code io.crius.linux} has a use
 * for this.
 */
@NullMarked
package io.crius.linux.abi;

import org.jspecify.annotations.NullMarked;

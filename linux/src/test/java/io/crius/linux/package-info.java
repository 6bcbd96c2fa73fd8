/** Tests of the kernel door. */
@NullMarked
package io.crius.linux;

import org.jspecify.annotations.NullMarked;

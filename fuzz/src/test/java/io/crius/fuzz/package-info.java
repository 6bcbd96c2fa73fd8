@NullMarked
package io.crius.fuzz;

import org.jspecify.annotations.NullMarked;

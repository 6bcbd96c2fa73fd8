@NullMarked
package io.crius.acceptance.process;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.crius.image.registry;

import org.jspecify.annotations.NullMarked;

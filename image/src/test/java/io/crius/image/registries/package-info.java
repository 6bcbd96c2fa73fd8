@NullMarked
package io.crius.image.registries;

import org.jspecify.annotations.NullMarked;

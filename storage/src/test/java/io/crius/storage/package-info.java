@NullMarked
package io.crius.storage;

import org.jspecify.annotations.NullMarked;

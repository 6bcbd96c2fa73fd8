@NullMarked
package io.crius.storage.record;

import org.jspecify.annotations.NullMarked;

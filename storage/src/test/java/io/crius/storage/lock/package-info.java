@NullMarked
package io.crius.storage.lock;

import org.jspecify.annotations.NullMarked;

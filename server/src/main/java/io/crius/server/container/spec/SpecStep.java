package io.crius.server.container.spec;

import io.crius.oci.runtime.RuntimeSpec;

/** Adds one part to a spec. */
@FunctionalInterface
interface SpecStep {
    RuntimeSpec apply(SpecFacts facts, RuntimeSpec spec);
}

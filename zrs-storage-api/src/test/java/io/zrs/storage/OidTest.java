package io.zrs.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import io.zrs.golden.Golden;
import org.junit.jupiter.api.Test;

class OidTest {
    @Test
    void printsAndParsesTheTextForms() {
        for (JsonNode vector : Golden.json("vectors.json").get("repr")) {
            Oid oid = Oid.parse(vector.get("value").textValue());
            assertThat(oid).hasToString(vector.get("oid").textValue());
            assertThat(Oid.parse(oid.toString())).isEqualTo(oid);
            assertThat(oid.toHex()).isEqualTo(vector.get("value").textValue());
        }
    }

    @Test
    void ordersAsUnsignedNumbers() {
        assertThat(Oid.ROOT).isLessThan(new Oid(1));
        assertThat(new Oid(-1)).isGreaterThan(new Oid(Long.MAX_VALUE));
    }

    @Test
    void refusesTextThatIsNoOid() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Oid.parse("0xabc"))
                .withMessageContaining("0xabc");
    }
}

package io.zrs.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zrs.storage.Oid;
import java.util.List;
import org.junit.jupiter.api.Test;

class ObjectPathTest {
    @Test
    void beginsAtTheRootOrAtAnOid() {
        assertThat(ObjectPath.parse("/a/0")).isEqualTo(new ObjectPath(Oid.ROOT, List.of("a", "0")));
        assertThat(ObjectPath.parse("a")).isEqualTo(ObjectPath.parse("/a/"));
        assertThat(ObjectPath.parse("/")).isEqualTo(new ObjectPath(Oid.ROOT, List.of()));
        assertThat(ObjectPath.parse("/@0x016b/name")).isEqualTo(new ObjectPath(new Oid(0x16b), List.of("name")));
        assertThatThrownBy(() -> ObjectPath.parse("/@person")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void takesPercentSignsAsInUrls() {
        assertThat(ObjectPath.parse("/a%2Fb/%e2%98%83/100%/%40x").segments()).containsExactly("a/b", "☃", "100%", "@x");
    }

    @Test
    void isPrintedSoThatItIsReadAgain() {
        ObjectPath path = new ObjectPath(new Oid(1), List.of("@a/b", "100%", "%2F", "☃", "''", "\t", "@"));
        assertThat(ObjectPath.parse(path.toString())).isEqualTo(path);
        assertThat(new ObjectPath(Oid.ROOT, List.of("@a")).toString()).isEqualTo("/%40a");
        assertThat(ObjectPath.parse("").toString()).isEqualTo("/");
    }
}

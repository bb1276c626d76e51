"""Everything outside: each adapter speaks to one thing and knows no other adapter."""
